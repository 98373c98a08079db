namespace DEngine.Simulation.Scenarios;

/// <summary>All of several conditions.</summary>
internal sealed record AllCondition(string Text, IReadOnlyList<Condition> Parts) : Condition(Text)
{
    public override bool Holds(Scene scene)
    {
        foreach (Condition part in Parts)
        {
            if (!part.Holds(scene)) return false;
        }

        return true;
    }

    public override string Actual(Scene scene)
    {
        Condition? wrong = Parts.FirstOrDefault(part => !part.Holds(scene));
        return wrong is null ? "all of it is the case" : $"not {wrong.Text}: {wrong.Actual(scene)}";
    }
}

/// <summary>At least one of several conditions.</summary>
internal sealed record AnyCondition(string Text, IReadOnlyList<Condition> Parts) : Condition(Text)
{
    public override bool Holds(Scene scene)
    {
        foreach (Condition part in Parts)
        {
            if (part.Holds(scene)) return true;
        }

        return false;
    }

    public override string Actual(Scene scene) => string.Join("; ", Parts.Select(part => $"{part.Text}: {part.Actual(scene)}"));
}
