using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace DEngine.Tidy;

/// <summary>What a compiled assembly of the house refers to, read from its metadata: nothing of it is loaded or run.</summary>
internal sealed class CompiledAssembly
{
    private CompiledAssembly(string name, MetadataReader metadata)
    {
        Name = name;
        Assemblies = Sorted(metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)));
        Types = Sorted(metadata.TypeReferences.Select(handle => NameOf(metadata, handle)));
        Members = Sorted(metadata.MemberReferences.Select(handle => NameOf(metadata, handle)).Where(name => name.Length > 0));
    }

    public string Name { get; }

    /// <summary>Simple names of the assemblies referred to.</summary>
    public IReadOnlyList<string> Assemblies { get; }

    /// <summary>Full names of the types referred to in other assemblies.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>Members referred to in other assemblies, as Namespace.Type.Member.</summary>
    public IReadOnlyList<string> Members { get; }

    public static bool Exists(string name) => File.Exists(PathOf(name));

    public static CompiledAssembly Read(string name)
    {
        using var file = new PEReader(File.OpenRead(PathOf(name)));
        return new CompiledAssembly(name, file.GetMetadataReader());
    }

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Distinct().Order(StringComparer.Ordinal)];

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            return $"{NameOf(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{name}";
        }

        string space = metadata.GetString(type.Namespace);
        return space.Length == 0 ? name : $"{space}.{name}";
    }

    private static string NameOf(MetadataReader metadata, MemberReferenceHandle handle)
    {
        MemberReference member = metadata.GetMemberReference(handle);
        if (member.Parent.Kind != HandleKind.TypeReference) return "";
        return $"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}";
    }
}
