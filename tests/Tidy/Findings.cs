namespace DEngine.Tidy;

/// <summary>Something that breaks a rule.</summary>
/// <param name="Where">A file, a type, an assembly; what an exception names.</param>
/// <param name="What">What is wrong there, with numbers.</param>
internal readonly record struct Finding(string Where, string What)
{
    public override string ToString() => $"{Where}: {What}";
}

/// <summary>A place that may break a rule, and why that is better there than keeping it.</summary>
internal readonly record struct Excepted(string Where, string Reason);

internal static class Findings
{
    /// <summary>Fails on any finding that is not excepted, and on any exception that excuses nothing any more.</summary>
    public static void MustBeExcepted(IEnumerable<Finding> findings, string rule, params ReadOnlySpan<Excepted> exceptions)
    {
        Finding[] all = [.. findings];
        Excepted[] excepted = exceptions.ToArray();
        var wrong = all.Where(f => !excepted.Any(e => e.Where == f.Where)).Select(f => f.ToString()).ToList();
        wrong.AddRange(excepted
            .Where(e => !all.Any(f => f.Where == e.Where))
            .Select(e => $"{e.Where}: is excepted ({e.Reason}) and needs it no more: take it off the list"));
        Assert.True(wrong.Count == 0, $"{rule}\n{string.Join('\n', wrong)}");
    }
}
