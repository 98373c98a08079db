using DEngine.Core;

namespace DEngine.Storage;

/// <summary>The rule for file names on an <see cref="IDisk"/>.</summary>
internal static class DiskName
{
    public static void Check(string name)
    {
        bool isFlat = name.Length > 0 && name[0] != '.' && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0;
        Invariant.Holds(isFlat, "a file name on a disk is flat");
    }
}
