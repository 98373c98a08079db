namespace DEngine.Core;

/// <summary>One published state of the store: immutable, and everything reachable from it is never written again.</summary>
internal sealed class PublishedRoot(TreeNode tree, long appliedIndex, long count)
{
    internal static readonly PublishedRoot Initial = new(KeyValueTree.Empty, 0, 0);

    internal TreeNode Tree { get; } = tree;

    internal long AppliedIndex { get; } = appliedIndex;

    internal long Count { get; } = count;
}

/// <summary>
/// Hands the newest <see cref="PublishedRoot"/> from the one writer to any number of readers. The only place in the core where memory ordering matters.
/// </summary>
/// <remarks>
/// The argument:
/// <list type="number">
/// <item>Release: everything that the writer stored before <see cref="Publish"/> (nodes, records, the bytes of keys and values, the root's own fields) is
/// visible to whoever sees the reference, because the reference is stored by a release write and loaded by an acquire read.</item>
/// <item>Freeze: the writer stores nothing into those objects afterwards. Nodes carry the stamp of the run that made them; the tree moves to a new stamp before
/// the root gets here (<see cref="KeyValueTree.Freeze"/>), and writes only into nodes of the current stamp. So a reader needs no second look.</item>
/// <item>One word: tree, index and count travel behind one reference, and a reference is loaded and stored whole. They cannot be mixed from two states.</item>
/// <item>No going back: all roots go through one location, whose stores every thread sees in one order; a thread's second read is not older than its
/// first.</item>
/// <item>Lifetime: a reader's reference keeps its state alive; the garbage collector takes the place of epochs or reference counts.</item>
/// </list>
/// Who checks a lease first and then calls <see cref="Read"/>: the load of the lease must be an acquire too, so that the root is not loaded before it (R6).
/// </remarks>
internal sealed class PublishedRootCell
{
    private PublishedRoot _newest = PublishedRoot.Initial;

    /// <summary>Makes the state visible to readers. The writer's thread only.</summary>
    internal void Publish(PublishedRoot root) => Volatile.Write(ref _newest, root);

    /// <summary>The newest published state. Any thread.</summary>
    internal PublishedRoot Read() => Volatile.Read(ref _newest);
}
