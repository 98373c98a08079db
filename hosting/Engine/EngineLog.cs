using Microsoft.Extensions.Logging;

namespace DEngine;

/// <summary>Everything an engine logs. Categories: DEngine.Engine, DEngine.Transport, DEngine.Roles.</summary>
internal static partial class EngineLog
{
    public const string EngineCategory = "DEngine.Engine";
    public const string TransportCategory = "DEngine.Transport";

    /// <summary>Lines that scripts look for; meant to be shown at every level.</summary>
    public const string RolesCategory = "DEngine.Roles";

    [LoggerMessage(1, LogLevel.Information, "[Node {Node}] {From} → {To} (term {Term})")]
    public static partial void RoleChanged(ILogger logger, uint node, string from, string to, long term);

    [LoggerMessage(2, LogLevel.Information, "[Node {Node}] Became leader (term {Term})")]
    public static partial void BecameLeader(ILogger logger, uint node, long term);

    [LoggerMessage(3, LogLevel.Information, "[Node {Node}] Follows node {Leader} (term {Term})")]
    public static partial void Follows(ILogger logger, uint node, uint leader, long term);

    [LoggerMessage(10, LogLevel.Information, "[Node {Node}] Starting: cluster {Cluster}, listening on {Address}, {Storage}")]
    public static partial void Starting(ILogger logger, uint node, string cluster, string address, string storage);

    [LoggerMessage(11, LogLevel.Information, "[Node {Node}] Nothing was stored here before: a new node")]
    public static partial void NewNode(ILogger logger, uint node);

    [LoggerMessage(12, LogLevel.Information, "[Node {Node}] Recovered: term {Term}, last entry {LastTerm}:{LastIndex}, snapshot up to {SnapshotIndex}, {TornBytes} torn bytes dropped")]
    public static partial void Recovered(ILogger logger, uint node, long term, long lastTerm, long lastIndex, long snapshotIndex, long tornBytes);

    [LoggerMessage(13, LogLevel.Warning, "[Node {Node}] {Notice}")]
    public static partial void Notice(ILogger logger, uint node, string notice);

    [LoggerMessage(14, LogLevel.Information, "[Node {Node}] Stopping")]
    public static partial void Stopping(ILogger logger, uint node);

    [LoggerMessage(15, LogLevel.Information, "[Node {Node}] Stopped: last entry {LastIndex}, durable up to {DurableIndex}")]
    public static partial void Stopped(ILogger logger, uint node, long lastIndex, long durableIndex);

    [LoggerMessage(16, LogLevel.Critical, "[Node {Node}] Cannot go on, this process has to end: {Reason}")]
    public static partial void Fatal(ILogger logger, Exception error, uint node, string reason);

    [LoggerMessage(17, LogLevel.Error, "[Node {Node}] A handler of LeaderChanged failed")]
    public static partial void HandlerFailed(ILogger logger, Exception error, uint node);

    [LoggerMessage(18, LogLevel.Information, "[Node {Node}] Saved a snapshot up to entry {Index}, {Bytes} bytes")]
    public static partial void SnapshotSaved(ILogger logger, uint node, long index, long bytes);

    [LoggerMessage(19, LogLevel.Warning, "[Node {Node}] No room for a snapshot in {Directory}: the log goes on growing until there is. "
        + "Make room there; it is tried again every 10 s")]
    public static partial void SnapshotNotSaved(ILogger logger, uint node, string directory);

    [LoggerMessage(35, LogLevel.Warning, "[Node {Node}] No room for the leader's snapshot up to entry {Index}, {Bytes} bytes, in {Directory}: this node stays behind until there is. "
        + "Make room there; the leader offers it again (said once until one has come)")]
    public static partial void SnapshotRefused(ILogger logger, uint node, long index, long bytes, string directory);

    [LoggerMessage(36, LogLevel.Error, "[Node {Node}] The disk is full: no room for the log in {Directory}. Reads go on; while this node leads, writes are refused (storage_full). "
        + "Make room there; it goes on by itself, without a restart")]
    public static partial void StorageFull(ILogger logger, uint node, string directory);

    [LoggerMessage(37, LogLevel.Warning, "[Node {Node}] There is room for the log again: this node goes on")]
    public static partial void StorageHasRoom(ILogger logger, uint node);

    [LoggerMessage(33, LogLevel.Warning, "[Node {Node}] Damaged on disk and put right, since checksums say what it was: {Repairs} places. Look after the disk")]
    public static partial void Repaired(ILogger logger, uint node, int repairs);

    [LoggerMessage(34, LogLevel.Error, "[Node {Node}] Damaged and set aside: {Damage}")]
    public static partial void Damaged(ILogger logger, uint node, string damage);

    [LoggerMessage(27, LogLevel.Warning, "[Node {Node}] The machine went down with entries that were acknowledged and not synced yet (MemFirst). The log ends at {Last}; "
        + "this node does not vote, lead or count until a leader has brought it up to date")]
    public static partial void RecoveringFromPowerLoss(ILogger logger, uint node, long last);

    [LoggerMessage(28, LogLevel.Warning, "[Node {Node}] Part of the log cannot be read any more. It is sound up to entry {Last}; "
        + "this node does not vote, lead or count until a leader has given the rest back")]
    public static partial void RecoveringFromDamage(ILogger logger, uint node, long last);

    [LoggerMessage(40, LogLevel.Information, "[Node {Node}] The members are {Members} from entry {Index} on (in parentheses: learners; + and -: about to join and to leave)")]
    public static partial void MembersChanged(ILogger logger, uint node, string members, long index);

    [LoggerMessage(41, LogLevel.Error, "[Node {Node}] The cluster knows this node by another data directory ({Known}): its disk was wiped or swapped, so it has forgotten its votes and "
        + "what it had acknowledged. It votes for nobody and counts for nothing. Put the old directory back; if it is gone, say `dengine replace {Node}`")]
    public static partial void Replaced(ILogger logger, uint node, string known);

    [LoggerMessage(42, LogLevel.Warning, "[Node {Node}] A new cluster of {Members} is formed when every voter has been heard from: start them all, or correct initial_cluster")]
    public static partial void Forming(ILogger logger, uint node, string members);

    [LoggerMessage(29, LogLevel.Error, "[Node {Node}] A majority of the voters lacks what it has acknowledged: there can be no leader until every voter has reported, "
        + "or an operator says `dengine accept-loss`; acknowledged writes may be lost")]
    public static partial void MajorityLost(ILogger logger, uint node);

    [LoggerMessage(30, LogLevel.Error, "[Node {Node}] Every voter has reported, and a majority had lost power at once: the longest log, up to entry {Required}, goes on. "
        + "Acknowledged writes behind it are lost. This node's log ends at {Last}")]
    public static partial void LossAccepted(ILogger logger, uint node, long required, long last);

    [LoggerMessage(31, LogLevel.Error, "[Node {Node}] An operator has accepted that acknowledged writes may be lost: the longest log known, up to entry {Required}, goes on. "
        + "This node's log ends at {Last}")]
    public static partial void LossOrdered(ILogger logger, uint node, long required, long last);

    [LoggerMessage(32, LogLevel.Information, "[Node {Node}] Recovered: this node is up to date with entry {Last}, and votes and counts again")]
    public static partial void RecoveryEnded(ILogger logger, uint node, long last);

    [LoggerMessage(39, LogLevel.Information, "[Node {Node}] Recovered: peers have given back what damage had taken from the log, which ends with entry {Last}; this node votes and counts again")]
    public static partial void Filled(ILogger logger, uint node, long last);

    [LoggerMessage(46, LogLevel.Error, "[Node {Node}] A majority of the voters lacks what it acknowledged, and a learner still holds it, up to entry {Held}; this node's log ends at "
        + "{Last}. The voters do not give that up by themselves. Make a backup of the learner and restore the cluster from it, or give up what it holds and say: dengine accept-loss")]
    public static partial void HeldByLearner(ILogger logger, uint node, long held, long last);

    [LoggerMessage(45, LogLevel.Error, "[Node {Node}] This node holds entry {Term}:{Index} as committed, and the cluster has given it up in an accepted loss: the leader has "
        + "{LeaderTerm}:{LeaderIndex}. The node takes part no more and serves no reads but eventual ones. Keep its directory for inspection; start the node on an empty one and say: "
        + "dengine replace {Node}")]
    public static partial void Abandoned(ILogger logger, uint node, long term, long index, long leaderTerm, long leaderIndex);

    [LoggerMessage(26, LogLevel.Information, "[Node {Node}] Received a snapshot up to entry {Index} from the leader, {Bytes} bytes")]
    public static partial void SnapshotReceived(ILogger logger, uint node, long index, long bytes);

    [LoggerMessage(27, LogLevel.Error, "[Node {Node}] What is applied up to entry {Index} comes to {Own:x16} here and to {Others:x16} on node {Other}: one of them is wrong. Nothing is served until a majority has decided which")]
    public static partial void StateDiffers(ILogger logger, uint node, long index, ulong own, uint other, ulong others);

    [LoggerMessage(28, LogLevel.Warning, "[Node {Node}] A majority has applied up to entry {Index} what this node has: it serves again")]
    public static partial void StateConfirmed(ILogger logger, uint node, long index);

    [LoggerMessage(35, LogLevel.Warning, "[Node {Node}] Found damaged on disk while running, and put right: {Repaired}. Look after the disk")]
    public static partial void ScrubRepaired(ILogger logger, uint node, string repaired);

    [LoggerMessage(36, LogLevel.Error, "[Node {Node}] Found while running: {Damage}. The node holds all of it in memory: as soon as a snapshot has the entries up to "
        + "{Index}, that part of the log is dropped. Look after the disk")]
    public static partial void ScrubFoundLog(ILogger logger, uint node, string damage, long index);

    [LoggerMessage(37, LogLevel.Error, "[Node {Node}] Found while running: {Damage}. Nothing is lost with it. Look after the disk")]
    public static partial void ScrubFound(ILogger logger, uint node, string damage);

    [LoggerMessage(38, LogLevel.Error, "[Node {Node}] Not sent: {Damage}. Look after the disk")]
    public static partial void SnapshotNotSent(ILogger logger, uint node, string damage);

    [LoggerMessage(20, LogLevel.Information, "[Node {Node}] Connected to node {Peer} at {Address}")]
    public static partial void PeerConnected(ILogger logger, uint node, uint peer, string address);

    [LoggerMessage(21, LogLevel.Warning, "[Node {Node}] No connection to node {Peer} at {Address}: {Reason}; trying again until there is one")]
    public static partial void PeerLost(ILogger logger, uint node, uint peer, string address, string reason);

    [LoggerMessage(22, LogLevel.Error, "[Node {Node}] {Address}, which should be node {Peer}, refuses this node: {Reason}")]
    public static partial void PeerRefuses(ILogger logger, uint node, uint peer, string address, string reason);

    [LoggerMessage(23, LogLevel.Warning, "[Node {Node}] Closed a connection from {Source}: {Reason} (said once for this source)")]
    public static partial void ConnectionRefused(ILogger logger, uint node, string source, string reason);

    [LoggerMessage(24, LogLevel.Error, "[Node {Node}] No new connections can be taken at the moment: {Reason}")]
    public static partial void ListenerTrouble(ILogger logger, uint node, string reason);

    [LoggerMessage(25, LogLevel.Error, "[Node {Node}] Node {Peer} sends what cannot be read ({Reason}): another version, or a mistake (said once per node)")]
    public static partial void Undecodable(ILogger logger, uint node, uint peer, string reason);
}
