using FASTER.core;

namespace DEngine.Storage.Faster;

/// <summary>Names a part of a value. No two values of one state have the same revision: an entry changes one key.</summary>
/// <param name="Revision">Index of the entry that wrote the value.</param>
/// <param name="Part">From 0.</param>
internal readonly record struct ValueKey(long Revision, long Part);

/// <summary>How FASTER compares <see cref="ValueKey"/>s.</summary>
internal sealed class ValueKeyComparer : IFasterEqualityComparer<ValueKey>
{
    public bool Equals(ref ValueKey k1, ref ValueKey k2) => k1 == k2;

    public long GetHashCode64(ref ValueKey k) => Utility.GetHashCode(k.Revision) ^ (k.Part * 0x1E3779B97F4A7C15);
}

/// <summary>What FASTER does with values: they are written once, read, and deleted; never changed.</summary>
internal sealed class ValueFunctions : FunctionsBase<ValueKey, SpanByte, SpanByte, ValueBytes, Empty>
{
    public override bool SingleWriter(
        ref ValueKey key, ref SpanByte input, ref SpanByte src, ref SpanByte dst, ref ValueBytes output, ref UpsertInfo upsertInfo, WriteReason reason) =>
        src.TryCopyTo(ref dst);

    public override bool ConcurrentWriter(
        ref ValueKey key, ref SpanByte input, ref SpanByte src, ref SpanByte dst, ref ValueBytes output, ref UpsertInfo upsertInfo) =>
        src.Length == dst.Length && src.TryCopyTo(ref dst);

    public override bool SingleReader(ref ValueKey key, ref SpanByte input, ref SpanByte value, ref ValueBytes dst, ref ReadInfo readInfo)
    {
        dst.Bytes = value.ToByteArray();
        return true;
    }

    public override bool ConcurrentReader(ref ValueKey key, ref SpanByte input, ref SpanByte value, ref ValueBytes dst, ref ReadInfo readInfo)
    {
        dst.Bytes = value.ToByteArray();
        return true;
    }
}

/// <summary>What a read of FASTER gives: a copy of the record's bytes.</summary>
internal struct ValueBytes
{
    public byte[]? Bytes;
}
