using DEngine.Core;

namespace DEngine.Simulation.World;

/// <summary>A frame on its way, with what its sender said of its directory when it sent it: a late copy speaks of the sender as it was.</summary>
internal sealed record SimulatedFrame(byte[] Bytes, DirectoryStamp Sender);
