using DEngine.Core;
using DEngine.Simulation.Invariants;

namespace DEngine.Simulation.Tests.Invariants;

public sealed class CommandBooksTests
{
    private static readonly byte[] One = Put("a"), Other = Put("b");
    private readonly CommittedStates _states = new(new SessionOptions());
    private readonly CommandBooks _books;

    public CommandBooksTests() => _books = new CommandBooks(_states);

    [Fact]
    public void An_answer_is_from_the_entry_that_is_the_command()
    {
        Commit(One);
        Commit(Other);
        _books.OnApplied("client 0", One, 1);
        _books.OnApplied("client 1", Other, 2);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(0)]
    public void An_answer_from_another_entry_or_from_none_is_noticed(long index)
    {
        Commit(One);
        Commit(Other);
        AssertNoticed(() => _books.OnApplied("client 0", One, index));
    }

    [Fact]
    public void What_was_told_to_have_failed_and_is_applied_is_noticed_whatever_comes_first()
    {
        Commit(One);
        AssertNoticed(() => _books.OnFailed("client 0", One));
        _books.OnFailed("client 0", Other);
        AssertNoticed(() => Commit(Other));
    }

    [Fact]
    public void A_command_that_its_session_refuses_has_failed_although_it_is_committed()
    {
        _books.OnFailed("client 0", One);
        Commit(One, session: 77);
    }

    private static byte[] Put(string value)
    {
        KeyValueCommand command = KeyValueCommand.Put("k"u8, System.Text.Encoding.UTF8.GetBytes(value));
        var bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }

    private void Commit(byte[] command, ulong session = 0)
    {
        var envelope = new SessionEnvelope(session, session == 0 ? 0UL : 1UL, 0, command);
        var payload = new byte[envelope.Size];
        envelope.Write(payload);
        var entry = new Entry(new LogPosition(1, _states.LastIndex + 1), EntryKind.Command, payload);
        _states.OnCommitted(entry);
        _books.OnCommitted(entry);
    }

    private static void AssertNoticed(Action told) => Assert.StartsWith("OWN ", Assert.Throws<ViolationException>(told).Message, StringComparison.Ordinal);
}
