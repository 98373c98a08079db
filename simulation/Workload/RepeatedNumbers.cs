using System.Text;
using DEngine.Core;
using DEngine.Simulation.Invariants;
using DEngine.Simulation.Plans;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Workload;

/// <summary>
/// The careless side of a client, as of one whose memory was put back in time: it uses a number of its session again although it has the answer, for the same
/// command or for another one. The first must not be applied again, the second not at all; neither may get anything but its own answer.
/// </summary>
internal sealed class RepeatedNumbers(SimulatedWorld world, RunPlan plan, int client)
{
    private readonly Draws _draws = new(plan.Seed);
    private long _answered;

    /// <summary>A command of the client's session has been applied, and the client knows.</summary>
    public void OnApplied(Request request, Answer answer)
    {
        DeterministicRandom random = _draws.Of(Concern.Careless, client, ++_answered);
        if (world.IsSettled || !random.Chance(plan.Workload.Careless)) return;
        if (!SessionEnvelope.TryRead(request.Payload.Span, out SessionEnvelope used)) return;
        ReadOnlySpan<byte> command = used.Command;
        byte[] key = Encoding.UTF8.GetBytes(WorkloadPlan.KeyOf(0));
        if (random.Chance(0.7)) command = Write(KeyValueCommand.Put(key, Encoding.UTF8.GetBytes($"again {client}-{_answered}")));
        var envelope = new SessionEnvelope(used.SessionId, used.Sequence, used.AcknowledgedBelow, command);
        var payload = new byte[envelope.Size];
        envelope.Write(payload);
        var again = new Request(client, RequestKind.Repetition) { EntryKind = EntryKind.Command, Payload = payload, FirstReply = answer.Reply };
        world.SendRequest((int)random.Next(plan.NodeCount), again);
    }

    /// <summary>A number that was used again has been answered: refused, most of the time.</summary>
    public void OnAnswer(Request again, Answer answer)
    {
        if (answer.Status != CommandStatus.Applied || !SessionEnvelope.TryRead(again.Payload.Span, out SessionEnvelope envelope)) return;
        if (!WorkloadCommand.TryReadReply(answer.Reply, out KeyValueReply reply, out _))
            throw new ViolationException($"ANS client {client} got a reply that cannot be read for a number used again");
        world.Commands.OnApplied($"client {client}, using number {envelope.Sequence} again,", envelope.Command, reply.Revision);
        if (!answer.Reply.AsSpan().SequenceEqual(again.FirstReply))
            throw new ViolationException($"XO client {client} used number {envelope.Sequence} again for the same command, and got another answer than before");
    }

    private static byte[] Write(in KeyValueCommand command)
    {
        var bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }
}
