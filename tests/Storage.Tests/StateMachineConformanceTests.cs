using System.Buffers;
using DEngine.Core;
using DEngine.Testing;

namespace DEngine.Storage.Tests;

/// <summary>The public suite over the built-in state machine.</summary>
public sealed class StateMachineConformanceTests
{
    public static TheoryData<string> Cases => [.. StateMachineConformance.Cases.Select(promise => promise.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Key_value_store(string promise)
    {
        using var fixture = new StoreFixture();
        StateMachineConformance.Cases.Single(candidate => candidate.Name == promise).Run(fixture);
    }

    [Fact]
    public void A_state_machine_that_breaks_a_promise_is_told_which()
    {
        string message = Assert.Throws<ConformanceException>(() => StateMachineConformance.RunAll(() => new ForgetfulFixture())).Message;
        Assert.Contains("A capture does not change while commands go on between its pieces", message, StringComparison.Ordinal);
        Assert.Contains("Readers see nothing before it is published", message, StringComparison.Ordinal);
        Assert.DoesNotContain("The same commands give the same replies", message, StringComparison.Ordinal);
    }

    private sealed class StoreFixture : StateMachineFixture
    {
        public override IReadOnlyList<byte[]> MalformedCommands { get; } = [[], [0], [99, 1, 2, 3], [(byte)KeyValueOperation.Put, 255, 255, 255, 255]];

        public override IStateMachine Create() => new KeyValueStore();

        public override byte[] MakeCommand(ref DeterministicRandom random) => RandomCommands.Next(ref random);

        public override string ReadPublished(IStateMachine machine)
        {
            KeyValueView view = ((KeyValueStore)machine).View();
            var records = new List<KeyValueRecord>();
            view.Scan([], [], int.MaxValue, records);
            return string.Join("\n", records.Select(record => $"{Convert.ToHexString(record.Key.Span)} {record} {Convert.ToHexString(record.Value.Span)}"));
        }
    }

    /// <summary>A list of bytes whose snapshot is whatever the list holds when a piece is written, published or not.</summary>
    private sealed class ForgetfulFixture : StateMachineFixture
    {
        public override IStateMachine Create() => new ForgetfulMachine();

        public override byte[] MakeCommand(ref DeterministicRandom random) => [(byte)random.Next(256)];

        public override string ReadPublished(IStateMachine machine) => Convert.ToHexString([.. ((ForgetfulMachine)machine).State]);
    }

    private sealed class ForgetfulMachine : IStateMachine
    {
        public List<byte> State { get; private set; } = [];

        public void Apply(long index, ReadOnlySpan<byte> command, IBufferWriter<byte> reply)
        {
            State.AddRange(command);
            reply.Write(command);
        }

        public void Publish(long appliedIndex)
        {
        }

        public IStateCapture Capture() => new LiveCapture(this);

        public IStateRestore BeginRestore() => new ListRestore();

        public void Restore(IStateRestore restore, long appliedIndex) => State = ((ListRestore)restore).State;

        private sealed class LiveCapture(ForgetfulMachine machine) : IStateCapture
        {
            private int _written;

            public bool WriteNext(IBufferWriter<byte> output)
            {
                int count = Math.Min(100, machine.State.Count - _written);
                if (count <= 0) return false;
                output.Write(machine.State.GetRange(_written, count).ToArray());
                _written += count;
                return true;
            }

            public void Dispose()
            {
            }
        }

        private sealed class ListRestore : IStateRestore
        {
            public List<byte> State { get; } = [];

            public void Read(ReadOnlySpan<byte> piece) => State.AddRange(piece);

            public void Dispose()
            {
            }
        }
    }
}
