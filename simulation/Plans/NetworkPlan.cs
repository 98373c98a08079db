using DEngine.Core;

namespace DEngine.Simulation.Plans;

/// <summary>How frames travel. Probabilities in [0, 1].</summary>
public sealed record NetworkPlan
{
    /// <summary>
    /// What nodes say to each other, and what the protocol rests on: whole kinds of it fare badly. Digests are not among them: what is lost of those is
    /// repeated soon after.
    /// </summary>
    internal static readonly MessageKind[] PeerKinds = [.. Enum.GetValues<MessageKind>().Where(kind =>
        kind < MessageKind.ClientCommand && kind is not (MessageKind.DigestNotice or MessageKind.DigestReport))];

    public required TimeSpan DelayMin { get; init; }

    public required TimeSpan DelayMax { get; init; }

    /// <summary>That a frame is lost.</summary>
    public required double Loss { get; init; }

    /// <summary>That a frame arrives a second time, soon after or across elections.</summary>
    public required double Duplicate { get; init; }

    /// <summary>That a frame is late by many times the usual delay: across elections.</summary>
    public required double Late { get; init; }

    /// <summary>How late that is at most.</summary>
    public required TimeSpan LateMax { get; init; }

    /// <summary>That a bit of a frame turns over.</summary>
    public required double Corruption { get; init; }

    /// <summary>Bytes a second that a link carries; 0: no limit.</summary>
    public required long BytesPerSecond { get; init; }

    /// <summary>Frames of one link keep their order, as over one TCP connection.</summary>
    public required bool KeepsOrder { get; init; }

    /// <summary>A kind of message that fares worse than the others: most of its frames are late, or come twice; null: none does.</summary>
    public MessageKind? Harried { get; init; }

    internal static NetworkPlan Draw(ref DeterministicRandom random, long scale)
    {
        TimeSpan max = TimeSpan.FromMilliseconds(scale) * (0.2 + (2 * random.NextDouble()));
        bool keepsOrder = random.Chance(0.3);
        return new NetworkPlan
        {
            DelayMin = TimeSpan.FromMicroseconds(50),
            DelayMax = max,
            Loss = random.Chance(0.7) ? 0.15 * random.NextDouble() : 0,
            Duplicate = random.Chance(0.7) ? 0.3 * random.NextDouble() : 0,
            Late = keepsOrder || random.Chance(0.3) ? 0 : 0.1 * random.NextDouble(),
            LateMax = TimeSpan.FromMilliseconds(scale * 60),
            Corruption = random.Chance(0.2) ? 0.05 * random.NextDouble() : 0,
            BytesPerSecond = random.Chance(0.15) ? random.Between(200_000, 2_000_000) : 0,
            KeepsOrder = keepsOrder,
            Harried = random.Chance(0.3) ? PeerKinds[(int)random.Next(PeerKinds.Length)] : null,
        };
    }
}
