using BenchmarkDotNet.Attributes;

namespace DEngine.Bench;

/// <summary>What consensus itself costs, without encoding, disk and network. A node's log is not cut, so every iteration has new ones.</summary>
[MemoryDiagnoser]
public class RaftNodeStep
{
    private const int Runs = 5_000;

    private LeaderCommit _commit = new();
    private LeaderRead _read = new();
    private FollowerAppend _one = new(entries: 1);
    private FollowerAppend _sixteen = new(Sizes.AppendEntries);

    [IterationSetup]
    public void SetUp()
    {
        _commit = new LeaderCommit();
        _read = new LeaderRead();
        _one = new FollowerAppend(entries: 1);
        _sixteen = new FollowerAppend(Sizes.AppendEntries);
    }

    [Benchmark(OperationsPerInvoke = Runs)]
    public void CommitOneEntry()
    {
        for (int i = 0; i < Runs; i++) _commit.Run();
    }

    [Benchmark(OperationsPerInvoke = Runs)]
    public void ConfirmOneRead()
    {
        for (int i = 0; i < Runs; i++) _read.Run();
    }

    [Benchmark(OperationsPerInvoke = Runs)]
    public void FollowAppendOf1()
    {
        for (int i = 0; i < Runs; i++) _one.Run();
    }

    [Benchmark(OperationsPerInvoke = Runs)]
    public void FollowAppendOf16()
    {
        for (int i = 0; i < Runs; i++) _sixteen.Run();
    }
}
