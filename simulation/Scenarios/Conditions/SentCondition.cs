using System.Globalization;
using DEngine.Core;

namespace DEngine.Simulation.Scenarios;

/// <summary>How many frames of a kind have been sent on some links, those that got lost included.</summary>
internal sealed record SentCondition(string Text, IReadOnlyList<Link> Links, MessageKind Kind, Bound Bound) : Condition(Text)
{
    public override bool Holds(Scene scene) => Bound.Allows(Count(scene));

    public override string Actual(Scene scene) => $"it is {Count(scene).ToString(CultureInfo.InvariantCulture)}";

    private long Count(Scene scene) => Links.Sum(link => scene.Tally.SentOn(link, Kind));
}

/// <summary>How many leaders have been elected.</summary>
internal sealed record LeadersCondition(string Text, Bound Bound) : Condition(Text)
{
    public override bool Holds(Scene scene) => Bound.Allows(scene.Tally.NewLeaders);

    public override string Actual(Scene scene) => $"it is {scene.Tally.NewLeaders.ToString(CultureInfo.InvariantCulture)}";
}
