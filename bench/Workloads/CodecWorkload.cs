namespace DEngine.Bench;

/// <summary>One of the four directions of <see cref="Codec"/>.</summary>
internal sealed class CodecWorkload(Codec codec, Action<Codec> direction) : IWorkload
{
    public void Run() => direction(codec);
}
