namespace DEngine.Bench;

/// <summary>A piece of the hot path in its steady state: measured for time by the benchmarks and for allocated bytes by the budget. One thread.</summary>
internal interface IWorkload
{
    /// <summary>Does it once more.</summary>
    void Run();
}
