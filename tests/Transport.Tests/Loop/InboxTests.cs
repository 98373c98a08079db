using DEngine.Core;

namespace DEngine.Transport.Tests;

public sealed class InboxTests
{
    private readonly InboxItem[] _output = new InboxItem[8];

    [Fact]
    public void Items_come_out_in_the_order_in_which_they_came()
    {
        var inbox = new Inbox(100, 1000);
        for (long ticket = 1; ticket <= 10; ticket++) Assert.True(inbox.Post(InboxItem.Persisted(ticket)));
        Assert.Equal(8, inbox.Take(_output, TimeSpan.Zero));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], _output.Select(item => (long)item.Id));
        Assert.Equal(2, inbox.Take(_output, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_full_inbox_refuses_and_says_when_it_has_room_again()
    {
        var inbox = new Inbox(1000, 100);
        Assert.Equal(PostResult.Accepted, inbox.TryPost(Frames(500)));
        Assert.Equal(PostResult.Full, inbox.TryPost(Frames(1)));
        Task room = inbox.WaitForRoomAsync();
        Assert.False(room.IsCompleted);
        inbox.Take(_output, TimeSpan.Zero);
        await room.WaitAsync(Patience.Long);
        Assert.Equal(PostResult.Accepted, inbox.TryPost(Frames(60)));
        Assert.Equal(PostResult.Full, inbox.TryPost(Frames(60)));
        Assert.True(inbox.Post(InboxItem.Persisted(1)));
    }

    [Fact]
    public async Task A_closed_inbox_refuses_wakes_everyone_and_gives_back_what_it_holds()
    {
        var inbox = new Inbox(1, 100);
        Assert.Equal(PostResult.Accepted, inbox.TryPost(Frames(10)));
        Task room = inbox.WaitForRoomAsync();
        inbox.Close();
        await room.WaitAsync(Patience.Long);
        Assert.Equal(PostResult.Closed, inbox.TryPost(Frames(1)));
        Assert.False(inbox.Post(InboxItem.Persisted(1)));
        Assert.Equal(1, inbox.Take(_output, TimeSpan.FromDays(1)));
        Assert.Equal(0, inbox.Take(_output, TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task The_consumer_wakes_when_something_comes()
    {
        var inbox = new Inbox(10, 100);
        Task<int> taking = Task.Run(() => inbox.Take(_output, TimeSpan.FromDays(1)));
        await Task.Delay(20);
        inbox.Post(InboxItem.Persisted(1));
        Assert.Equal(1, await taking.WaitAsync(Patience.Long));
    }

    private static InboxItem Frames(int length) => InboxItem.PeerFrames(new NodeId(1), default, [], length);
}
