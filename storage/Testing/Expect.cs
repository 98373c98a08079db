namespace DEngine.Testing;

/// <summary>Failures of every suite here: one exception type with a sentence, so that any test framework shows them well.</summary>
internal static class Expect
{
    public static void That(bool condition, string otherwise)
    {
        if (!condition) throw new ConformanceException(otherwise);
    }

    public static void Throws<T>(Action action, string because)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T)
        {
            return;
        }
        throw new ConformanceException($"{because} Expected {typeof(T).Name}; nothing was thrown.");
    }

    /// <summary>Runs every promise and throws one exception that lists those that were broken.</summary>
    /// <returns>How many were kept.</returns>
    public static int All(IEnumerable<(string Name, Action Run)> promises)
    {
        var broken = new List<(string Name, Exception Error)>();
        int kept = 0;
        foreach ((string name, Action run) in promises)
        {
            try
            {
                run();
                kept++;
            }
            catch (Exception error)
            {
                broken.Add((name, error));
            }
        }
        if (broken.Count == 0) return kept;
        string list = string.Join("\n", broken.Select(one => $"- {one.Name}: {one.Error.Message}"));
        throw new ConformanceException($"{broken.Count} of {kept + broken.Count} promises are broken:\n{list}", broken[0].Error);
    }
}
