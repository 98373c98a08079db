namespace DEngine.Core;

/// <summary>When the next piece of what is on disk is to be read again. One thread: the one that drives the storage.</summary>
public sealed class ScrubSchedule
{
    private readonly ScrubLimits? _limits;
    private TimeSpan _passBegan;
    private TimeSpan _next;

    /// <param name="limits">Null: nothing is read again.</param>
    /// <param name="now">The instant of the start.</param>
    public ScrubSchedule(ScrubLimits? limits, TimeSpan now)
    {
        limits?.Validate();
        _limits = limits;
        _passBegan = _next = limits is null ? now : now + limits.Interval;
    }

    /// <summary>When the next piece is due; null: never.</summary>
    public TimeSpan? NextAt => _limits is null ? null : _next;

    /// <summary>The most that the next piece may have.</summary>
    public int PieceBytes => _limits?.PieceBytes ?? 0;

    public bool IsDue(TimeSpan now) => _limits is not null && now >= _next;

    /// <summary>A piece has been read.</summary>
    public void OnStep(in ScrubStep step, TimeSpan now)
    {
        if (_limits is null) return;
        _next = now + TimeSpan.FromSeconds((double)step.Bytes / _limits.BytesPerSecond);
        if (!step.EndsPass) return;
        TimeSpan begins = _passBegan + _limits.Interval;
        if (begins > _next) _next = begins;
        _passBegan = _next;
    }
}
