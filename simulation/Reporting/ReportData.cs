using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DEngine.Simulation.Plans;
using DEngine.Simulation.Runs;
using DEngine.Simulation.Scenarios;
using DEngine.Simulation.Scenarios.Language;
using DEngine.Simulation.World;

namespace DEngine.Simulation.Reporting;

/// <summary>
/// What the page shows, as JSON: columns of numbers, times and rows as differences, so that 50,000 events take a few megabytes. Can stand inside a script
/// element: the encoder escapes every angle bracket.
/// </summary>
internal static class ReportData
{
    public static string Write(RunRecorder recorder, ReportHead head)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            WriteRun(json, recorder, head);
            WriteRows(json, recorder.Rows);
            WriteNodes(json, recorder.Nodes);
            WriteFrames(json, recorder.Frames);
            WriteSteps(json, recorder.Steps);
            WriteOperations(json, recorder.Operations.Operations);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void WriteRun(Utf8JsonWriter json, RunRecorder recorder, ReportHead head)
    {
        RunResult result = head.Result;
        RunPlan plan = recorder.Plan;
        json.WriteStartObject("run");
        json.WriteString("name", head.Name);
        json.WriteString("verdict", result.Verdict.ToString().ToLowerInvariant());
        json.WriteString("reason", result.Reason);
        json.WriteString("problem", head.Problem);
        json.WriteString("trace", result.TraceHash.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteNumber("clients", plan.Workload.ClientCount);
        json.WriteNumber("events", result.Events);
        json.WriteNumber("operations", result.Operations);
        json.WriteNumber("faults", result.Faults);
        json.WriteNumber("culprit", head.Culprit);
        json.WriteStartArray("left");
        foreach (NodeTrack track in recorder.Nodes) json.WriteStringValue((track.Node?.Aftermath ?? Aftermath.Whole).ToString());
        json.WriteEndArray();
        json.WriteStartObject("plan");
        Write(json, "election", [plan.Node.Raft.ElectionTimeoutMin.Ticks, plan.Node.Raft.ElectionTimeoutMax.Ticks]);
        Write(json, "heartbeat", [plan.Node.Raft.HeartbeatInterval.Ticks]);
        Write(json, "lease", [plan.Node.Raft.LeaseDuration.Ticks]);
        Write(json, "delay", [plan.Network.DelayMin.Ticks, plan.Network.DelayMax.Ticks]);
        Write(json, "disk", [plan.Disk.LatencyMin.Ticks, plan.Disk.LatencyMax.Ticks]);
        json.WriteString("clocks", plan.Clocks.IsBounded ? $"drift by {plan.Clocks.Drift.ToString("P1", CultureInfo.InvariantCulture)}" : "stand, jump and race");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRows(Utf8JsonWriter json, IReadOnlyList<Row> rows)
    {
        json.WriteStartObject("rows");
        Write(json, "at", Differences(rows.Select(row => row.At.Ticks)));
        Write(json, "kind", rows.Select(row => (long)row.Kind));
        Write(json, "node", rows.Select(row => (long)row.Node));
        Write(json, "subject", rows.Select(row => (long)row.Subject));
        json.WriteEndObject();
    }

    private static void WriteNodes(Utf8JsonWriter json, IReadOnlyList<NodeTrack> nodes)
    {
        json.WriteStartArray("nodes");
        foreach (NodeTrack node in nodes)
        {
            json.WriteStartObject();
            Write(json, "row", Differences(node.Rows.Select(row => (long)row)));
            Write(json, "changes", node.Changes);
            Write(json, "log", node.Log.Changes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteFrames(Utf8JsonWriter json, FrameTrack frames)
    {
        json.WriteStartObject("frames");
        Write(json, "row", Differences(frames.Rows.Select(row => (long)row)));
        Write(json, "from", frames.Frames.Select(frame => (long)frame.Name.From));
        Write(json, "to", frames.Frames.Select(frame => (long)frame.Name.To));
        Write(json, "kind", frames.Kinds.Select(kind => (long)kind));
        Write(json, "fate", frames.Frames.Select(FateOf));
        Write(json, "bytes", frames.Bytes.Select(bytes => (long)bytes));
        Write(json, "fields", frames.Numbers);
        json.WriteEndObject();
    }

    /// <summary>As <see cref="FateKind"/>, and one more for what a cut has lost.</summary>
    private static long FateOf(SentFrame frame) => frame.WasCut ? (long)FateKind.Corrupted + 1 : (long)frame.Fate.Kind;

    private static void WriteSteps(Utf8JsonWriter json, IReadOnlyList<TrackedStep> steps)
    {
        json.WriteStartArray("steps");
        foreach (TrackedStep tracked in steps)
        {
            (string kind, TimeSpan duration, IReadOnlyList<Link> links) = Outline(tracked.Step);
            json.WriteStartObject();
            json.WriteNumber("row", tracked.Row);
            json.WriteString("kind", kind);
            json.WriteString("text", StepWriter.Write(tracked.Step));
            if (duration > TimeSpan.Zero) json.WriteNumber("lasts", duration >= Lasting.Forever / 2 ? -1 : duration.Ticks);
            if (links.Count > 0) Write(json, "links", links.SelectMany(link => new long[] { link.From, link.To }));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static (string Kind, TimeSpan Duration, IReadOnlyList<Link> Links) Outline(Step step) => step switch
    {
        CutStep cut => ("cut", cut.Duration, cut.Links),
        ClogStep clog => ("clog", clog.Duration, clog.Links),
        RuleStep rule => ("rule", default, rule.Links),
        PassStep pass => ("pass", default, pass.Links),
        HealStep => ("heal", default, []),
        CrashStep or CrashInPassStep or CrashNewLeaderStep => ("crash", default, []),
        PauseStep pause => ("pause", pause.Duration, []),
        SlowStep slow => ("slow", slow.Duration, []),
        DiskHangStep hang => ("hang", hang.Duration, []),
        DiskFullStep full => ("full", full.Duration, []),
        DiskFaultStep or BitRotStep => ("disk", default, []),
        ClockJumpStep => ("clock", default, []),
        ClockRateStep rate => ("clock", rate.Duration, []),
        _ => ("other", default, []),
    };

    private static void WriteOperations(Utf8JsonWriter json, IReadOnlyList<TrackedOperation> operations)
    {
        json.WriteStartArray("operations");
        foreach (TrackedOperation operation in operations)
        {
            json.WriteStartArray();
            json.WriteNumberValue(operation.Step.Client);
            json.WriteNumberValue(operation.BeginRow);
            json.WriteNumberValue(operation.EndRow);
            json.WriteStringValue(operation.Outcome.ToLowerInvariant());
            json.WriteStringValue(StepWriter.Write(operation.Step));
            json.WriteStringValue(operation.Value);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static IEnumerable<long> Differences(IEnumerable<long> values)
    {
        long last = 0;
        foreach (long value in values)
        {
            yield return value - last;
            last = value;
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
