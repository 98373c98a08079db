namespace DEngine.Storage;

/// <summary>A data directory belongs to another node or another cluster. Nothing in it has been used or changed (Z8).</summary>
public sealed class WrongDirectoryException : IOException
{
    public WrongDirectoryException(string message, DirectoryOwner found, DirectoryOwner expected, Exception? cause = null)
        : base(message, cause) => (Found, Expected) = (found, expected);

    /// <summary>The node that the directory belongs to.</summary>
    public DirectoryOwner Found { get; }

    /// <summary>The node that was to use it.</summary>
    public DirectoryOwner Expected { get; }
}
