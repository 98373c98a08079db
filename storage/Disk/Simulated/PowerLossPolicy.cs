namespace DEngine.Storage;

/// <summary>What a power loss does with what was not synced. Probabilities in [0, 1].</summary>
/// <param name="KeepWrite">That a write survives whole, whatever becomes of earlier ones.</param>
/// <param name="TearWrite">That a write survives in part: each of its 512-byte sectors on the toss of a coin.</param>
/// <param name="KeepDirectoryOperation">That a creation, rename or deletion survives; not after an earlier one of the same name was
/// lost.</param>
public readonly record struct PowerLossPolicy(double KeepWrite, double TearWrite, double KeepDirectoryOperation)
{
    /// <summary>Only what was synced survives.</summary>
    public static PowerLossPolicy LoseEverything => new(0, 0, 0);

    /// <summary>Everything survives, as if the cache had just been written back.</summary>
    public static PowerLossPolicy KeepEverything => new(1, 0, 1);

    /// <summary>Any subset survives, some of it torn.</summary>
    public static PowerLossPolicy Shuffle => new(0.4, 0.35, 0.5);
}
