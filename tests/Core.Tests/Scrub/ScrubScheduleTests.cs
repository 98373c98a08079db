namespace DEngine.Core.Tests.Scrub;

/// <summary>When the next piece of what is on disk is read again.</summary>
public sealed class ScrubScheduleTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);
    private static readonly ScrubLimits Limits = new(BytesPerSecond: 1000, Interval: TimeSpan.FromSeconds(60), PieceBytes: 500);

    [Fact]
    public void Without_limits_nothing_is_ever_due()
    {
        var schedule = new ScrubSchedule(null, Start);
        Assert.Null(schedule.NextAt);
        Assert.False(schedule.IsDue(TimeSpan.MaxValue));
    }

    [Fact]
    public void The_first_pass_begins_an_interval_after_the_start_which_has_read_everything()
    {
        var schedule = new ScrubSchedule(Limits, Start);
        Assert.False(schedule.IsDue(Start + TimeSpan.FromSeconds(59)));
        Assert.True(schedule.IsDue(Start + TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Each_piece_pays_for_its_bytes()
    {
        var schedule = new ScrubSchedule(Limits, Start);
        TimeSpan now = Start + TimeSpan.FromSeconds(60);
        schedule.OnStep(new ScrubStep(500, EndsPass: false), now);
        Assert.Equal(now + TimeSpan.FromMilliseconds(500), schedule.NextAt);
    }

    [Fact]
    public void The_next_pass_begins_an_interval_after_the_last_began_or_as_soon_as_that_is_done()
    {
        var schedule = new ScrubSchedule(Limits, Start);
        TimeSpan begins = Start + TimeSpan.FromSeconds(60);
        schedule.OnStep(new ScrubStep(0, EndsPass: true), begins + TimeSpan.FromSeconds(5));
        Assert.Equal(begins + TimeSpan.FromSeconds(60), schedule.NextAt);

        TimeSpan late = begins + TimeSpan.FromSeconds(200);
        schedule.OnStep(new ScrubStep(1000, EndsPass: true), late);
        Assert.Equal(late + TimeSpan.FromSeconds(1), schedule.NextAt);
    }

    [Fact]
    public void Limits_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScrubSchedule(Limits with { BytesPerSecond = 0 }, Start));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScrubSchedule(Limits with { Interval = TimeSpan.Zero }, Start));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScrubSchedule(Limits with { PieceBytes = 0 }, Start));
    }
}
