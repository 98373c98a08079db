using System.Globalization;

namespace DEngine.Simulation.Scenarios;

/// <summary>How two numbers compare.</summary>
internal enum Comparison : byte
{
    Equal,
    AtLeast,
    AtMost,
}

/// <summary>What a number must be, such as <c>&gt;= 3</c>.</summary>
internal readonly record struct Bound(Comparison Comparison, long Value)
{
    public bool Allows(long number) => Comparison switch
    {
        Comparison.AtLeast => number >= Value,
        Comparison.AtMost => number <= Value,
        _ => number == Value,
    };

    public override string ToString()
    {
        string value = Value.ToString(CultureInfo.InvariantCulture);
        return Comparison switch
        {
            Comparison.AtLeast => $">= {value}",
            Comparison.AtMost => $"<= {value}",
            _ => value,
        };
    }
}
