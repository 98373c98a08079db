using System.Text;

namespace DEngine.Core.Tests.StateMachine;

public sealed class KeyValueStoreTests
{
    private readonly KeyValueDriver _driver = new();

    [Fact]
    public void A_put_creates_a_key_and_then_changes_it()
    {
        Assert.True(_driver.Put("k"u8, "a"u8).Succeeded);
        _driver.Put("other"u8, "x"u8);
        _driver.Put("k"u8, "bb"u8);
        Assert.True(_driver.Publish().TryGet("k"u8, out KeyValueRecord? record));
        Assert.Equal("bb", Encoding.ASCII.GetString(record.Value.Span));
        Assert.Equal((1, 3, 2), (record.CreateRevision, record.ModifyRevision, record.Version));
    }

    [Fact]
    public void A_key_that_was_deleted_begins_again_at_version_one()
    {
        _driver.Put("k"u8, "a"u8);
        Assert.True(_driver.Delete("k"u8).Succeeded);
        Assert.False(_driver.Delete("k"u8).Succeeded);
        Assert.False(_driver.Publish().TryGet("k"u8, out _));
        _driver.Put("k"u8, "b"u8);
        Assert.True(_driver.Publish().TryGet("k"u8, out KeyValueRecord? record));
        Assert.Equal((4, 4, 1), (record.CreateRevision, record.ModifyRevision, record.Version));
    }

    [Fact]
    public void A_compare_and_swap_swaps_only_what_is_expected()
    {
        Assert.False(_driver.CompareAndSwap([1], [7], [8]).Succeeded);
        Assert.True(_driver.CompareAndSwap([1], null, []).Succeeded);
        Assert.False(_driver.CompareAndSwap([1], null, [8]).Succeeded);
        Assert.False(_driver.CompareAndSwap([1], [7], [8]).Succeeded);
        Assert.True(_driver.CompareAndSwap([1], [], [8]).Succeeded);
        Assert.True(_driver.Publish().TryGet([1], out KeyValueRecord? record));
        Assert.Equal([8], record.Value.ToArray());
        Assert.Equal((2, 5, 2), (record.CreateRevision, record.ModifyRevision, record.Version));
    }

    [Fact]
    public void A_command_that_makes_no_sense_is_answered_and_changes_nothing()
    {
        _driver.Put([1], [1]);
        ulong before = _driver.Store.ComputeDigest();
        Assert.Equal(KeyValueStatus.Invalid, _driver.RunBytes([]).Status);
        Assert.Equal(KeyValueStatus.Invalid, _driver.RunBytes([99, 1, 2, 3]).Status);
        Assert.Equal(KeyValueStatus.Invalid, _driver.RunBytes([(byte)KeyValueOperation.Delete]).Status);
        Assert.Equal(before, _driver.Store.ComputeDigest());
    }

    [Fact]
    public void Nothing_is_seen_before_it_is_published()
    {
        KeyValueView before = _driver.Store.View();
        _driver.Put([1], [1]);
        Assert.Equal((0L, 0L), (_driver.Store.View().AppliedIndex, _driver.Store.View().Count));
        Assert.False(_driver.Store.View().TryGet([1], out _));
        Assert.True(_driver.Publish().TryGet([1], out _));
        Assert.False(before.TryGet([1], out _));
        Assert.False(default(KeyValueView).TryGet([1], out _));
    }

    [Fact]
    public void The_store_keeps_bytes_of_its_own()
    {
        byte[] command = new byte[KeyValueCommand.Put([1], [2]).Size];
        KeyValueCommand.Put([1], [2]).Write(command);
        _driver.RunBytes(command);
        command.AsSpan().Clear();
        Assert.True(_driver.Publish().TryGet([1], out KeyValueRecord? record));
        Assert.Equal([2], record.Value.ToArray());
    }

    [Fact]
    public void Publishing_without_changes_moves_the_index()
    {
        _driver.Put([1], [1]);
        _driver.Publish();
        _driver.Store.Publish(7);
        Assert.Equal((7L, 1L), (_driver.Store.View().AppliedIndex, _driver.Store.View().Count));
    }

    [Fact]
    public void Indices_never_go_back()
    {
        _driver.Put([1], [1]);
        _driver.Put([1], [1]);
        Assert.Throws<InvariantViolationException>(() => _driver.Store.Apply(2, [], new System.Buffers.ArrayBufferWriter<byte>()));
        Assert.Throws<InvariantViolationException>(() => _driver.Store.Publish(1));
    }

    [Fact]
    public void A_scan_goes_on_after_the_last_key_of_the_page_before()
    {
        foreach (string key in (string[])["a", "b/1", "b/2", "b/3", "b0", "c"]) _driver.Put(Encoding.ASCII.GetBytes(key), [1]);
        KeyValueView view = _driver.Publish();
        Assert.Equal(("b/1 b/2", true), Scan(view, "b/", "", 2));
        Assert.Equal(("b/3", false), Scan(view, "b/", "b/2", 2));
        Assert.Equal(("", false), Scan(view, "b/", "b/3", 2));
        Assert.Equal(("b/1 b/2 b/3", false), Scan(view, "b/", "a", 3));
        Assert.Equal(("", false), Scan(view, "b/", "c", 3));
        Assert.Equal(("", true), Scan(view, "", "", 0));
        Assert.Equal(("a b/1 b/2 b/3 b0 c", false), Scan(view, "", "", 99));
        Assert.Equal(("", false), Scan(view, "zz", "", 99));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scan(view, "", "", -1));
    }

    private static (string Keys, bool More) Scan(KeyValueView view, string prefix, string after, int limit)
    {
        var output = new List<KeyValueRecord>();
        bool more = view.Scan(Encoding.ASCII.GetBytes(prefix), Encoding.ASCII.GetBytes(after), limit, output);
        return (string.Join(' ', output.Select(record => Encoding.ASCII.GetString(record.Key.Span))), more);
    }
}
