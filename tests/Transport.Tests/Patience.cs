namespace DEngine.Transport.Tests;

/// <summary>How long tests wait for what happens by itself: far longer than it takes, since they share the machine.</summary>
internal static class Patience
{
    public static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var end = new CancellationTokenSource(Long);
        while (!condition()) await Task.Delay(5, end.Token);
    }
}
