using DEngine.Core;
using DEngine.Testing;
using Xunit.Abstractions;

namespace DEngine.Storage.Tests.Examples;

/// <summary>The code of docs/testing.md, compiled and run; and that it is the page's, line by line.</summary>
public sealed class TestingPageTests(ITestOutputHelper output)
{
    [Fact]
    public void My_log_keeps_its_promises()
    {
        int kept = LogStorageConformance.RunAll(() => new MyLogFixture());
        Assert.Equal(LogStorageConformance.Cases.Count, kept);
    }

    [Fact]
    public void My_state_machine_keeps_its_promises()
    {
        int kept = StateMachineConformance.RunAll(() => new MyStateMachineFixture());
        Assert.Equal(StateMachineConformance.Cases.Count, kept);
    }

    [Fact]
    public void My_counter_survives_a_crash_at_every_operation()
    {
        CrashReport report = CrashAtEveryOperation.Run(() => new CounterScenario());
        output.WriteLine(report.ToString());
    }

    [Fact]
    public void Every_line_of_code_on_the_page_is_of_this_file()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "DEngine.sln"))) root = Path.GetDirectoryName(root)!;
        HashSet<string> here = [.. File.ReadLines(Path.Combine(root, "tests/Storage.Tests/Examples/TestingPageTests.cs")).Select(line => line.Trim())];
        string[] blocks = File.ReadAllText(Path.Combine(root, "docs/testing.md")).Split("```");
        string[] code = [.. blocks.Where(block => block.StartsWith("csharp", StringComparison.Ordinal)).SelectMany(block => block.Split('\n')[1..])];
        Assert.NotEmpty(code);
        Assert.All(code, line => Assert.Contains(line.Trim(), here));
    }

    private sealed class MyLogFixture : LogStorageFixture
    {
        private readonly SimulatedDisk _disk = new();
        private DeterministicRandom _random = new(seed: 1);

        public override ILogStorage Create() => new WriteAheadLog(_disk);

        public override bool CanCrash => true;

        public override void Crash() => _disk.PowerLoss(ref _random, PowerLossPolicy.Shuffle);
    }

    private sealed class MyStateMachineFixture : StateMachineFixture
    {
        public override IStateMachine Create() => new KeyValueStore();

        public override byte[] MakeCommand(ref DeterministicRandom random)
        {
            byte[] key = [(byte)random.Next(50)];
            KeyValueCommand command = random.Chance(0.7) ? KeyValueCommand.Put(key, new byte[random.Next(900)]) : KeyValueCommand.Delete(key);
            byte[] bytes = new byte[command.Size];
            command.Write(bytes);
            return bytes;
        }
    }

    private sealed class CounterScenario : CrashScenario
    {
        private long _durable;
        private long _asked;

        public override void Play(IDisk disk)
        {
            var counter = new CounterFile(disk);
            while (_asked < 5)
            {
                counter.Set(++_asked);
                _durable = _asked;
            }
        }

        public override string Recover(SimulatedDisk disk)
        {
            long found = new CounterFile(disk).Value;
            if (found < _durable || found > _asked) throw new InvalidDataException($"{_durable} was durable and {_asked} asked for, but {found} is there.");
            return $"{found}";
        }
    }
}
