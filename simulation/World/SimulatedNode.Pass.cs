using DEngine.Core;
using DEngine.Simulation.Scenarios;

namespace DEngine.Simulation.World;

/// <summary>
/// What happens around and inside a pass. What has arrived was stepped when it arrived; the pass itself is the one of production. At each of its steps others
/// may go on, and callers' threads read.
/// </summary>
internal sealed partial class SimulatedNode : IPassPort
{
    private NodePass? _pass;
    private ThreadReadStep? _threadRead;
    private bool _isInPass;
    private int _reached;
    private int _readsToAsk;

    /// <summary>A thread reads: at once, or when a pass comes to where it is to.</summary>
    public void ReadOnThread(ThreadReadStep read)
    {
        if (read.Point == PassPoint.Rest) _world.ReadOnThread(this, read);
        else _threadRead = read;
    }

    /// <summary>A read in each of so many passes.</summary>
    public void AskForReads(int passes)
    {
        _readsToAsk = passes;
        OnInput();
    }

    public void OnPump()
    {
        _pumpScheduled = false;
        if (_readsToAsk > 0 && IsLeader)
        {
            _readsToAsk--;
            Running.SubmitRead(OfNobody, ReadConsistency.Linearizable);
            OnInput();
        }

        long applied = Running.AppliedIndex;
        TimeSpan now = Now;
        TimeSpan began = _world.Queue.Now;
        _isInPass = true;
        _reached = 0;
        _pass!.Run();
        _isInPass = false;
        _isDropDue = false;
        _world.Passes.OnPass(Position, Running, applied, now);
        _world.Rounds.OnPass(Position, Running, began);
        ScheduleWake();
        CheckWakefulness();
    }

    void IPassPort.TakeArrivals(TimeSpan deadline)
    {
    }

    void IPassPort.StepArrivals(TimeSpan now)
    {
    }

    void IPassPort.FlushLinks()
    {
    }

    void IPassPort.WakeCallers()
    {
    }

    /// <summary>Something has come in: a pass follows.</summary>
    private void OnInput()
    {
        _world.Passes.OnInput(Position);
        SchedulePump();
    }

    private void BeginPasses()
    {
        _pass = new NodePass(Running, this);
        _isInPass = false;
        _threadRead = null;
        _readsToAsk = 0;
        _store!.Reached = Reach;
    }

    /// <summary>The pass has come to a point: what waits for it happens.</summary>
    private void Reach(PassPoint point)
    {
        if (!_isInPass || _threadRead is not { } read || read.Point != point || ++_reached < read.Count) return;
        _threadRead = null;
        _world.ReadOnThread(this, read);
    }
}
