namespace DEngine.Tidy;

/// <summary>Which room may know which (docs/architecture.md): read from the compiled assemblies, so that no detour through a project file helps.</summary>
public sealed class AssemblyReferenceTests
{
    /// <summary>Every assembly of the house and all of the house that it may refer to.</summary>
    private static readonly Dictionary<string, string[]> MayReferTo = new()
    {
        ["DEngine.Core"] = [],
        ["DEngine.Storage"] = ["DEngine.Core"],
        ["DEngine.Storage.Faster"] = ["DEngine.Core", "DEngine.Storage"],
        ["DEngine.Testing"] = ["DEngine.Core", "DEngine.Storage"],
        ["DEngine.Transport"] = ["DEngine.Core"],
        ["DEngine.Simulation"] = ["DEngine.Core", "DEngine.Storage"],
        ["DEngine.Hosting"] = ["DEngine.Core", "DEngine.Storage", "DEngine.Storage.Faster", "DEngine.Transport"],
        ["dengine"] = ["DEngine.Core", "DEngine.Storage", "DEngine.Transport", "DEngine.Hosting"],
        ["dengine-sim"] = ["DEngine.Core", "DEngine.Storage", "DEngine.Simulation"],
    };

    /// <summary>What an assembly may refer to outside of the house: prefixes of names.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["DEngine.Core"] = ["System."],
        ["DEngine.Storage"] = ["System.", "Microsoft.Win32.Primitives"],
        ["DEngine.Storage.Faster"] = ["System.", "FASTER.core", "Microsoft.Extensions.Logging.Abstractions"],
        ["DEngine.Testing"] = ["System."],
        ["DEngine.Transport"] = ["System.", "Microsoft.Win32.Primitives", "Microsoft.Extensions.Logging.Abstractions"],
        ["DEngine.Simulation"] = ["System."],
        ["DEngine.Hosting"] = ["System.", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "Microsoft.Win32.Primitives"],
        ["dengine"] = ["System.", "Microsoft.AspNetCore.", "Microsoft.Extensions.", "Microsoft.Win32.Primitives", "Spectre.Console"],
        ["dengine-sim"] = ["System.", "Spectre.Console"],
    };

    public static TheoryData<string> Assemblies => [.. MayReferTo.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void References_go_one_way(string name)
    {
        Assert.True(CompiledAssembly.Exists(name), $"{name}.dll is not beside the test: has the project been renamed?");
        Findings.MustBeExcepted(
            from other in CompiledAssembly.Read(name).Assemblies
            where IsOurs(other) && !MayReferTo[name].Contains(other)
            select new Finding(name, $"refers to {other}, allowed are: {string.Join(", ", MayReferTo[name])}"),
            "core <- storage <- storage/Faster, core <- transport, core + storage <- simulation, all of these but the simulation <- hosting <- server.");
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Packages_are_used_where_they_belong(string name)
    {
        Findings.MustBeExcepted(
            from other in CompiledAssembly.Read(name).Assemblies
            where !IsOurs(other) && !MayUse[name].Any(prefix => other.StartsWith(prefix, StringComparison.Ordinal))
            select new Finding(name, $"refers to {other}, allowed are: {string.Join(", ", MayUse[name])}"),
            "A dependency is taken in one place, on purpose.");
    }

    [Fact]
    public void Every_assembly_of_the_house_is_on_the_list()
    {
        Findings.MustBeExcepted(
            from path in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            let name = Path.GetFileNameWithoutExtension(path)
            where IsOurs(name) && name != "DEngine.Tidy" && !MayReferTo.ContainsKey(name)
            select new Finding(name, "is new: say in this test what it may refer to"),
            "Every edge is allowed by name.");
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("DEngine.", StringComparison.Ordinal) || name.StartsWith("dengine", StringComparison.Ordinal);
}
