namespace DEngine.Core;

/// <summary>What a frame carries. On the wire: never renumber, never reuse a number.</summary>
public enum MessageKind : byte
{
    /// <summary><see cref="DEngine.Core.PreVoteRequest"/>, between peers.</summary>
    PreVoteRequest = 1,

    /// <summary><see cref="DEngine.Core.PreVoteResponse"/>, between peers.</summary>
    PreVoteResponse = 2,

    /// <summary><see cref="DEngine.Core.VoteRequest"/>, between peers.</summary>
    VoteRequest = 3,

    /// <summary><see cref="DEngine.Core.VoteResponse"/>, between peers.</summary>
    VoteResponse = 4,

    /// <summary><see cref="DEngine.Core.TimeoutNow"/>, between peers.</summary>
    TimeoutNow = 5,

    /// <summary><see cref="DEngine.Core.StaleTerm"/>, between peers.</summary>
    StaleTerm = 6,

    /// <summary><see cref="DEngine.Core.AppendRequest"/> with its entries, between peers.</summary>
    AppendRequest = 16,

    /// <summary><see cref="DEngine.Core.AppendAccepted"/>, between peers.</summary>
    AppendAccepted = 17,

    /// <summary><see cref="DEngine.Core.AppendRejected"/>, between peers.</summary>
    AppendRejected = 18,

    /// <summary><see cref="DEngine.Core.Heartbeat"/>, between peers.</summary>
    Heartbeat = 19,

    /// <summary><see cref="DEngine.Core.HeartbeatResponse"/>, between peers.</summary>
    HeartbeatResponse = 20,

    /// <summary><see cref="DEngine.Core.SnapshotChunk"/> with its bytes, between peers.</summary>
    SnapshotChunk = 21,

    /// <summary><see cref="DEngine.Core.SnapshotProgress"/>, between peers.</summary>
    SnapshotProgress = 22,

    /// <summary><see cref="DEngine.Core.DigestNotice"/>, between peers.</summary>
    DigestNotice = 23,

    /// <summary><see cref="DEngine.Core.DigestReport"/>, between peers.</summary>
    DigestReport = 24,

    /// <summary><see cref="DEngine.Core.RecoveryNotice"/>, between peers.</summary>
    RecoveryNotice = 25,

    /// <summary><see cref="DEngine.Core.IdentityNotice"/>, leader to peer.</summary>
    IdentityNotice = 26,

    /// <summary><see cref="DEngine.Core.ReadIndexRequest"/>, between peers.</summary>
    ReadIndexRequest = 32,

    /// <summary><see cref="DEngine.Core.ReadIndexResponse"/>, between peers.</summary>
    ReadIndexResponse = 33,

    /// <summary><see cref="DEngine.Core.ForwardedCommand"/> with its payload, between peers.</summary>
    ForwardedCommand = 34,

    /// <summary><see cref="DEngine.Core.ForwardedResult"/> with the reply, between peers.</summary>
    ForwardedResult = 35,

    /// <summary><see cref="DEngine.Core.FillRequest"/>, between peers.</summary>
    FillRequest = 36,

    /// <summary><see cref="DEngine.Core.FillAnswer"/> with its entries, between peers.</summary>
    FillAnswer = 37,

    /// <summary><see cref="DEngine.Core.ClientCommand"/> with its payload, client to node.</summary>
    ClientCommand = 64,

    /// <summary><see cref="DEngine.Core.ClientGet"/> with the key, client to node.</summary>
    ClientGet = 65,

    /// <summary><see cref="DEngine.Core.ClientScan"/> with prefix and after-key, client to node.</summary>
    ClientScan = 66,

    /// <summary><see cref="DEngine.Core.ClientResult"/> with the reply, node to client.</summary>
    ClientResult = 80,

    /// <summary><see cref="DEngine.Core.ClientGetResult"/> with the value, node to client.</summary>
    ClientGetResult = 81,

    /// <summary><see cref="DEngine.Core.ClientScanResult"/> with its records, node to client.</summary>
    ClientScanResult = 82,
}
