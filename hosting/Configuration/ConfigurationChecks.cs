using System.Globalization;

namespace DEngine.Configuration;

/// <summary>
/// What fields owe one another, and what this version refuses or only tolerates. A check whose fields are unusable is left out: their own
/// mistakes are already reported.
/// </summary>
internal sealed class ConfigurationChecks(DEngineOptions options, ConfigurationLedger ledger)
{
    /// <summary>Each clock may run so much too fast or too slow, in percent, before a lease is no longer safe.</summary>
    public const int DriftPercentMax = 5;

    /// <summary>The same rules in words, for the reference page.</summary>
    public static IReadOnlyList<string> Rules { get; } =
    [
        $"`{FieldPaths.ElectionTimeoutMin}` is less than `{FieldPaths.ElectionTimeoutMax}`.",
        $"`{FieldPaths.Heartbeat}` is less than half of `{FieldPaths.ElectionTimeoutMin}`: one lost heartbeat starts no election.",
        $"`{FieldPaths.LeaseDuration}` × 1.05 / 0.95 is less than `{FieldPaths.ElectionTimeoutMin}`: "
            + $"with clocks {DriftPercentMax}% wrong in opposite directions, no other leader is elected while a lease holds.",
        $"Ids and addresses in `{FieldPaths.InitialCluster}` occur once, one of them is `{FieldPaths.NodeId}`, and at least one member is a voter.",
        $"`{FieldPaths.DbRootDir}` and `{FieldPaths.LogDir}` can be made and written.",
        $"`{FieldPaths.PrometheusPort}`, when metrics are on, is not the port of `{FieldPaths.ListenAddress}`.",
    ];

    public void Run()
    {
        CheckTimes();
        CheckMembers();
        CheckOwnAddress();
        CheckPorts();
        CheckDirectory(FieldPaths.DbRootDir, options.Cluster.DbRootDir);
        CheckDirectory(FieldPaths.LogDir, options.Cluster.LogDir);
        CheckWhatIsMissing();
        NoticeFieldsWithoutEffect();
    }

    private void CheckTimes()
    {
        int electionMin = options.Election.ElectionTimeoutMinMs;
        int electionMax = options.Election.ElectionTimeoutMaxMs;
        int heartbeat = options.Replication.HeartbeatIntervalMs;
        int lease = options.ReadConsistency.LeaseDurationMs;

        if (ledger.AreUsable(FieldPaths.ElectionTimeoutMin, FieldPaths.ElectionTimeoutMax) && electionMin >= electionMax)
        {
            ledger.ReportAcross(FieldPaths.ElectionTimeoutMin, $"{electionMin}",
                $"less than {FieldPaths.ElectionTimeoutMax} ({electionMax} ms)", FieldPaths.ElectionTimeoutMax);
        }

        if (ledger.AreUsable(FieldPaths.Heartbeat, FieldPaths.ElectionTimeoutMin) && heartbeat * 2L >= electionMin)
        {
            ledger.ReportAcross(FieldPaths.Heartbeat, $"{heartbeat}",
                $"less than half of {FieldPaths.ElectionTimeoutMin} ({electionMin} ms): {AtMost((electionMin - 1) / 2)}", FieldPaths.ElectionTimeoutMin);
        }

        // In whole numbers: lease * 105 < electionMin * 95. With 1000 ms, 904 ms is the longest lease (94920 < 95000; 905 gives 95025).
        const long fast = 100 + DriftPercentMax, slow = 100 - DriftPercentMax;
        if (ledger.AreUsable(FieldPaths.LeaseDuration, FieldPaths.ElectionTimeoutMin) && lease * fast >= electionMin * slow)
        {
            long longest = ((electionMin * slow) - 1) / fast;
            ledger.ReportAcross(FieldPaths.LeaseDuration, $"{lease}",
                $"less than {FieldPaths.ElectionTimeoutMin} ({electionMin} ms) with both clocks {DriftPercentMax}% wrong: {AtMost(longest)}",
                FieldPaths.ElectionTimeoutMin);
        }
    }

    private static string AtMost(long milliseconds) =>
        milliseconds < 1 ? "nothing is short enough" : string.Create(CultureInfo.InvariantCulture, $"at most {milliseconds} ms");

    private void CheckMembers()
    {
        IReadOnlyList<ClusterMember> members = options.Cluster.InitialCluster;
        Dictionary<uint, int> byId = [];
        Dictionary<NodeAddress, int> byAddress = [];
        for (int i = 0; i < members.Count; i++)
        {
            ClusterMember member = members[i];
            string path = $"{FieldPaths.InitialCluster}[{i}]";
            if (member.Id != 0 && !byId.TryAdd(member.Id, i))
            {
                string holder = $"{FieldPaths.InitialCluster}[{byId[member.Id]}]";
                ledger.ReportAcross($"{path}.id", $"{member.Id}", $"an id of its own: {holder} has it", FieldPaths.InitialCluster);
            }
            if (NodeAddress.TryParse(member.Address, out NodeAddress address) && !byAddress.TryAdd(address, i))
            {
                string holder = $"{FieldPaths.InitialCluster}[{byAddress[address]}]";
                ledger.ReportAcross($"{path}.address", $"\"{member.Address}\"", $"an address of its own: {holder} has it", FieldPaths.InitialCluster);
            }
            if (member.Role == MemberRole.Voter && member.Status != MemberStatus.Active && !ledger.IsBroken(path))
                ledger.Notice($"{path}.status: only a learner is promotable or read-only; member {member.Id} is a voter and counts as active");
        }

        if (members.Count == 0 || ledger.IsBroken(FieldPaths.InitialCluster))
            return;

        uint own = options.Cluster.NodeId;
        if (own != 0 && !ledger.IsBroken(FieldPaths.NodeId) && !byId.ContainsKey(own))
        {
            string ids = string.Join(", ", byId.Keys.Order());
            ledger.ReportAcross(FieldPaths.NodeId, $"{own}", $"an id in {FieldPaths.InitialCluster}: {ids}", FieldPaths.InitialCluster);
        }
        if (members.All(m => m.Role == MemberRole.Learner))
            ledger.ReportAcross(FieldPaths.InitialCluster, "learners only", "at least one voter (role 0, 1 or 2)");
    }

    private void CheckOwnAddress()
    {
        if (!NodeAddress.TryParse(options.Cluster.ListenAddress, out NodeAddress listening))
            return;

        if (!listening.IsLoopback)
        {
            ledger.Notice($"{FieldPaths.ListenAddress}: {listening} can be reached from other machines, "
                + "and without TLS whoever reaches it can read and write everything");
        }

        ClusterMember? self = options.Cluster.InitialCluster.FirstOrDefault(m => m.Id == options.Cluster.NodeId);
        if (self is not null && NodeAddress.TryParse(self.Address, out NodeAddress announced) && announced.Port != listening.Port)
        {
            ledger.Notice($"{FieldPaths.ListenAddress}: this node listens on port {listening.Port}, "
                + $"but {FieldPaths.InitialCluster} sends the others to {announced}; right only if something forwards the one to the other");
        }
    }

    private void CheckPorts()
    {
        int metrics = options.Monitoring.PrometheusPort;
        bool isTaken = options.Monitoring.PrometheusEnabled
            && NodeAddress.TryParse(options.Cluster.ListenAddress, out NodeAddress listening)
            && listening.Port == metrics;
        if (isTaken && ledger.AreUsable(FieldPaths.PrometheusPort, FieldPaths.ListenAddress))
            ledger.ReportAcross(FieldPaths.PrometheusPort, $"{metrics}", $"another port than {FieldPaths.ListenAddress} has", FieldPaths.ListenAddress);
    }

    private void CheckDirectory(string path, string directory)
    {
        if (!ledger.IsBroken(path) && DirectoryProbe.FindFault(directory) is { } fault)
            ledger.ReportAcross(path, $"\"{directory}\", {fault}", "a directory that this process can make and write");
    }

    /// <summary>Weaker than asked is refused; stronger than asked is told.</summary>
    private void CheckWhatIsMissing()
    {
        if (options.Tls.EnableTls)
            ledger.ReportAcross(FieldPaths.EnableTls, "true", "false: TLS is not in this version, and this node does not run without it when asked for it");
        if (options.Tls.EnableMtls)
            ledger.ReportAcross(FieldPaths.EnableMtls, "true", "false: TLS is not in this version, and this node does not run without it when asked for it");

        if (options.Storage.Log == LogStorageKind.Memory)
            ledger.Notice($"{FieldPaths.StorageLog}: memory forgets votes and entries when the process ends; for tests only");
    }

    private void NoticeFieldsWithoutEffect()
    {
        foreach (ConfigurationField<DEngineOptions> field in ConfigurationSchema.Fields)
        {
            if (field.WithoutEffect is not { } reason || !ledger.IsGiven(field.Path)) continue;
            ledger.Notice($"{field.Path}: has no effect in this version: {reason}");
        }

        PersistenceOptions persistence = options.Persistence;
        if (persistence.Strategy == PersistenceStrategy.MemFirst && options.Storage.Log == LogStorageKind.Memory)
            ledger.Notice($"{FieldPaths.Strategy}: has no effect with {FieldPaths.StorageLog} = \"memory\", which syncs nothing");
        if (persistence.Strategy == PersistenceStrategy.MemFirst && options.Storage.Log == LogStorageKind.Faster)
            ledger.ReportAcross(FieldPaths.Strategy, "\"MemFirst\"", $"\"DiskFirst\" with {FieldPaths.StorageLog} = \"faster\", whose memory ends with the process", FieldPaths.StorageLog);
        if (persistence.Strategy == PersistenceStrategy.DiskFirst && persistence.FlushPolicy.Batch is not null)
            ledger.Notice($"raft.persistence.flush_policy: has no effect with DiskFirst, which syncs before it acknowledges");
    }
}
