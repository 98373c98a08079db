namespace DEngine.Tidy;

/// <summary>
/// No clock, thread, file, socket, Task or randomness of its own in what has to run the same in production and in the simulator. The analyzers say it
/// when compiling; this says it of what was compiled.
/// </summary>
public sealed class PurityTests
{
    /// <summary>Namespaces and types that bring time, concurrency, the outside world or chance. A trailing dot means everything below.</summary>
    private static readonly string[] Impure =
    [
        "System.DateTime", "System.DateTimeOffset", "System.TimeProvider", "System.TimeZoneInfo", "System.Diagnostics.",
        "System.Threading.", "System.Timers.", "System.Runtime.CompilerServices.Async", "System.IAsyncDisposable",
        "System.Collections.Concurrent.", "System.IO.", "System.Net.", "System.Console", "System.Environment", "Microsoft.Win32.",
        "System.Runtime.InteropServices.Marshal", "System.Random", "System.Security.Cryptography.", "System.HashCode",
        "System.AppContext", "System.AppDomain", "System.GC",
    ];

    /// <summary>What falls under those names and is pure all the same.</summary>
    private static readonly string[] Pure =
    [
        "System.Diagnostics.CodeAnalysis.", "System.Diagnostics.Debugg", "System.Diagnostics.UnreachableException", "System.Diagnostics.StackTraceHiddenAttribute",
        "System.IO.Stream", "System.IO.MemoryStream", "System.IO.TextReader", "System.IO.TextWriter", "System.IO.StringReader", "System.IO.StringWriter",
        "System.IO.IOException", "System.IO.EndOfStreamException", "System.IO.InvalidDataException", "System.IO.FileNotFoundException", "System.IO.SeekOrigin",
    ];

    /// <summary>Members that differ from run to run on types that are otherwise pure.</summary>
    private static readonly string[] ImpureMembers =
        ["System.String.GetHashCode", "System.Object.GetHashCode", "System.Guid.NewGuid", "System.Guid.CreateVersion7"];

    private const string OfRealDisk = "RealDisk alone, which SourceTests holds to its files";

    [Fact]
    public void Core_is_pure() => MustBePure(
        "DEngine.Core",
        new Excepted("System.Threading.Volatile", "PublishedRoot hands a state from the one writer to the readers; its file gives the argument"),
        new Excepted("System.GC", "memory without zeroing it first: no collection is forced and nothing is asked"));

    [Fact]
    public void Storage_is_pure_but_for_the_real_disk() => MustBePure(
        "DEngine.Storage",
        new Excepted("System.IO.Directory", OfRealDisk),
        new Excepted("System.IO.DirectoryInfo", OfRealDisk),
        new Excepted("System.IO.DirectoryNotFoundException", OfRealDisk),
        new Excepted("System.IO.DriveInfo", OfRealDisk),
        new Excepted("System.IO.File", OfRealDisk),
        new Excepted("System.IO.FileAccess", OfRealDisk),
        new Excepted("System.IO.FileMode", OfRealDisk),
        new Excepted("System.IO.FileOptions", OfRealDisk),
        new Excepted("System.IO.FileShare", OfRealDisk),
        new Excepted("System.IO.Path", OfRealDisk),
        new Excepted("System.IO.RandomAccess", OfRealDisk),
        new Excepted("System.IO.UnixFileMode", OfRealDisk),
        new Excepted("System.Environment", "DirectoryLock: the process and the machine that have a directory"),
        new Excepted("System.Runtime.InteropServices.Marshal", "UnixSync: the error of a call into the C library"),
        new Excepted("Microsoft.Win32.SafeHandles.SafeFileHandle", OfRealDisk));

    [Fact]
    public void Simulation_is_pure() => MustBePure("DEngine.Simulation");

    private static void MustBePure(string assembly, params ReadOnlySpan<Excepted> exceptions)
    {
        CompiledAssembly read = CompiledAssembly.Read(assembly);
        IEnumerable<Finding> types =
            from type in read.Types
            where Impure.Any(name => Covers(name, type)) && !Pure.Any(name => Covers(name, type))
            where type != "System.Environment" || read.Members.Any(IsImpureOfEnvironment)
            select new Finding(type, $"is referred to by {assembly}");
        IEnumerable<Finding> members =
            from member in read.Members
            where ImpureMembers.Contains(member)
            select new Finding(member, $"is called by {assembly}");
        Findings.MustBeExcepted(
            types.Concat(members), "The same inputs give the same outputs, in production and in the simulator.", exceptions);
    }

    /// <summary>The compiler's iterators ask for the thread they were made on, to be reused on it; it decides nothing.</summary>
    private static bool IsImpureOfEnvironment(string member) =>
        member.StartsWith("System.Environment.", StringComparison.Ordinal)
        && member is not ("System.Environment.get_CurrentManagedThreadId" or "System.Environment.get_NewLine");

    private static bool Covers(string name, string type) =>
        name.EndsWith('.') || name is "System.Runtime.CompilerServices.Async" or "System.Diagnostics.Debugg"
            ? type.StartsWith(name, StringComparison.Ordinal)
            : type == name || type.StartsWith(name + ".", StringComparison.Ordinal);
}
