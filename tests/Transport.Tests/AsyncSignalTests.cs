namespace DEngine.Transport.Tests;

public sealed class AsyncSignalTests
{
    [Fact]
    public async Task A_signal_that_comes_first_is_kept_and_several_count_as_one()
    {
        var signal = new AsyncSignal();
        signal.Set();
        signal.Set();
        Assert.True(signal.WaitAsync().AsTask().IsCompleted);
        Task second = signal.WaitAsync().AsTask();
        Assert.False(second.IsCompleted);
        signal.Set();
        await second.WaitAsync(Patience.Long);
    }

    [Fact]
    public async Task No_signal_is_lost_between_two_tasks()
    {
        const int rounds = 20_000;
        var ping = new AsyncSignal();
        var pong = new AsyncSignal();
        Task other = Task.Run(async () =>
        {
            for (int i = 0; i < rounds; i++)
            {
                await ping.WaitAsync();
                pong.Set();
            }
        });
        for (int i = 0; i < rounds; i++)
        {
            ping.Set();
            await pong.WaitAsync().AsTask().WaitAsync(Patience.Long);
        }

        await other.WaitAsync(Patience.Long);
    }
}
