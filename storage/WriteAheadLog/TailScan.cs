namespace DEngine.Storage;

/// <summary>
/// Looks at everything behind the first record of the last segment that is not believed, to tell a torn tail from damage: a record
/// anywhere behind it that proves itself and was written when the bad place was known to be durable is a witness of damage (D5).
/// </summary>
internal readonly record struct TailScan(bool IsDamage, long WitnessOffset, long HighestIndex, long TornEnd)
{
    private const int StepBytes = 64 << 10;
    private const int Word = RecordHeader.Alignment;

    /// <param name="reader">The last segment.</param>
    /// <param name="bad">Where reading stopped.</param>
    /// <param name="isRecycled">What is behind may be of the file's former life, and then is neither torn nor a witness.</param>
    public static TailScan Run(SegmentReader reader, LogAddress bad, bool isRecycled)
    {
        long witness = 0, highest = 0, tornEnd = bad.Offset;
        long offset = bad.Offset;
        while (reader.Length - offset >= Word)
        {
            ReadOnlySpan<byte> step = reader.Read(offset, (int)Math.Min(StepBytes, (reader.Length - offset) & -Word));
            int zeros = step.IndexOfAnyExcept((byte)0);
            if (zeros < 0)
            {
                offset += step.Length;
                continue;
            }
            offset += zeros & -Word;
            var address = new LogAddress(bad.Sequence, offset);
            if (reader.TryReadRecord(address, reader.Length, out RecordHeader header, out _))
            {
                if (header.SyncedThrough > bad.Packed)
                {
                    if (witness == 0) witness = offset;
                    if (header.Kind is RecordKind.Entry or RecordKind.Restart or RecordKind.Fill) highest = Math.Max(highest, header.Index);
                }
                offset += header.Total;
                tornEnd = offset;
                continue;
            }
            offset += Word;
            if (!isRecycled || RecordHeader.TryRead(reader.Read(address.Offset, RecordHeader.Bytes), bad.Sequence, out _)) tornEnd = offset;
        }
        return new TailScan(witness != 0, witness, highest, tornEnd);
    }
}
