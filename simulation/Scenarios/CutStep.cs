namespace DEngine.Simulation.Scenarios;

/// <summary>A link in one direction, by positions of nodes.</summary>
internal readonly record struct Link(int From, int To);

/// <summary>Links are cut for a while; what is under way on them is lost.</summary>
internal sealed record CutStep(IReadOnlyList<Link> Links, TimeSpan Duration) : Step
{
    public bool Equals(CutStep? other) => other is not null && Duration == other.Duration && Links.SequenceEqual(other.Links);

    public override int GetHashCode() => (int)Duration.Ticks ^ Links.Count;
}

/// <summary>Links hold everything back for a while and let it go then.</summary>
internal sealed record ClogStep(IReadOnlyList<Link> Links, TimeSpan Duration) : Step
{
    public bool Equals(ClogStep? other) => other is not null && Duration == other.Duration && Links.SequenceEqual(other.Links);

    public override int GetHashCode() => (int)Duration.Ticks ^ Links.Count;
}

/// <summary>Every cut and every clog ends.</summary>
internal sealed record HealStep : Step;
