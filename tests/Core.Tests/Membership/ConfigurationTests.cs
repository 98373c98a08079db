using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.Membership;

/// <summary>Who decides, as a configuration says it (Z3), and configurations as bytes.</summary>
public sealed class ConfigurationTests
{
    private static readonly NodeId[] Ids = [.. Enumerable.Range(1, 7).Select(id => new NodeId((uint)id))];

    private static readonly Gen<Configuration> Configurations =
        from roles in Gen.Elements(Enum.GetValues<MembershipRole>().Cast<MembershipRole?>().Append(null).ToArray()).ListOf(Ids.Length)
        from identity in Gen.Choose(0, 3)
        let members = roles.Select((role, i) => (role, i)).Where(pair => pair.role is not null)
            .Select(pair => new Member(Ids[pair.i], pair.role!.Value,
                new NodeIdentity((ulong)(identity * pair.i)), new Incarnation((uint)identity, 7))).ToArray()
        where members.Any(member => member.IsVoter) && members.Any(member => member.WasVoter)
        select new Configuration(members, history: new HistoryId((ulong)identity, (ulong)identity * 3, 5));

    [Fact]
    public void Any_two_quorums_of_a_configuration_share_a_voter() => Prop.ForAll(
        (from configuration in Configurations from one in Subsets from other in Subsets select (configuration, one, other)).ToArbitrary(),
        draw =>
        {
            (Configuration configuration, HashSet<NodeId> one, HashSet<NodeId> other) = draw;
            bool both = configuration.IsQuorum(one.Contains) && configuration.IsQuorum(other.Contains);
            return !both || one.Any(node => other.Contains(node) && configuration.IsVoter(node));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_a_change_leads_to_never_decides_beside_what_was_before() => Prop.ForAll(
        (from before in Configurations.Where(known => !known.IsJoint)
         from changes in Changes
         from one in Subsets
         from other in Subsets
         select (before, changes, one, other)).ToArbitrary(),
        draw =>
        {
            (Configuration before, MembershipChange[] changes, HashSet<NodeId> one, HashSet<NodeId> other) = draw;
            if (ConfigurationChange.Apply(before, changes, out Configuration next) != MembershipStatus.Proposed) return ReferenceEquals(next, before);
            bool meets = !(before.IsQuorum(one.Contains) && next.IsQuorum(other.Contains)) || one.Overlaps(other);
            if (!next.IsJoint) return meets;
            Configuration after = next.Completed();
            return meets && (!(next.IsQuorum(one.Contains) && after.IsQuorum(other.Contains)) || one.Overlaps(other));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_written_is_read_again() => Prop.ForAll(
        Configurations.ToArbitrary(),
        configuration => configuration.Equals(ConfigurationFormat.TryRead(ConfigurationFormat.Write(configuration)))).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_read_or_refused() => Prop.ForAll<byte[]>(
        bytes => ConfigurationFormat.TryRead(bytes) is not { } read || ConfigurationFormat.Write(read).SequenceEqual(bytes)).QuickCheckThrowOnFailure();

    [Fact]
    public void Bytes_that_are_no_configuration_are_refused()
    {
        byte[] good = ConfigurationFormat.Write(new Configuration(Ids[0], Ids[1]));
        for (int length = 0; length < good.Length; length++) Assert.Null(ConfigurationFormat.TryRead(good.AsSpan(0, length)));
        Assert.Null(ConfigurationFormat.TryRead([.. good, 0]));
        Assert.Null(Changed(good, 0, 3));
        Assert.Null(Changed(good, 27, 2));
        Assert.Null(Changed(good, 27, 0));
        Assert.Null(Changed(good, 31, 9));
    }

    [Fact]
    public void One_voter_more_or_fewer_is_a_simple_change_and_several_are_joint()
    {
        Member[] voters = [new(Ids[0], MembershipRole.Voter), new(Ids[1], MembershipRole.Voter)];
        var before = new Configuration([.. voters, new Member(Ids[2], MembershipRole.Learner)]);
        Assert.Equal("n1 n2 n3", After(before, (2, MembershipTarget.Voter)));
        Assert.Equal("n1 n2 (n3) (n4)", After(before, (3, MembershipTarget.Learner)));
        Assert.Equal("n1 n2", After(before, (2, MembershipTarget.Removed)));
        Assert.Equal("n2 (n3)", After(before, (0, MembershipTarget.Removed)));
        Assert.Equal("n1 (n2) (n3)", After(before, (1, MembershipTarget.Learner)));
        Assert.Equal("n1 -n2 +n3", After(before, (1, MembershipTarget.Removed), (2, MembershipTarget.Voter)));
        ConfigurationChange.Apply(before, [new(Ids[1], MembershipTarget.Learner), new(Ids[2], MembershipTarget.Voter)], out Configuration joint);
        Assert.Equal("n1 -(n2) +n3", joint.ToString());
        Assert.True(joint.IsJoint);
        Assert.Equal("n1 (n2) n3", joint.Completed().ToString());
    }

    [Fact]
    public void A_change_that_makes_no_sense_is_refused_and_changes_nothing()
    {
        var before = new Configuration([new Member(Ids[0], MembershipRole.Voter), new Member(Ids[1], MembershipRole.Learner)]);
        Assert.Equal(MembershipStatus.NotMember, Try(before, (4, MembershipTarget.Voter)));
        Assert.Equal(MembershipStatus.NotMember, Try(before, (4, MembershipTarget.Removed)));
        Assert.Equal(MembershipStatus.NoVoterLeft, Try(before, (0, MembershipTarget.Removed)));
        Assert.Equal(MembershipStatus.NoVoterLeft, Try(before, (0, MembershipTarget.Learner)));
        Assert.Equal(MembershipStatus.Unchanged, Try(before, (0, MembershipTarget.Voter), (1, MembershipTarget.Learner)));
        Assert.Equal(MembershipStatus.Malformed, Try(before, (1, MembershipTarget.Voter), (1, MembershipTarget.Removed)));
        Assert.Equal(MembershipStatus.Malformed, ConfigurationChange.Apply(before, [new(NodeId.None, MembershipTarget.Voter)], out _));
        Assert.Equal(MembershipStatus.Malformed, ConfigurationChange.Apply(before, [new(Ids[1], (MembershipTarget)9)], out _));
    }

    private static Gen<HashSet<NodeId>> Subsets => Gen.Choose(0, (1 << Ids.Length) - 1).Select(bits => Ids.Where((_, i) => (bits >> i & 1) != 0).ToHashSet());

    private static Gen<MembershipChange[]> Changes =>
        (from node in Gen.Elements(Ids)
         from target in Gen.Elements(Enum.GetValues<MembershipTarget>())
         select new MembershipChange(node, target)).NonEmptyListOf()
        .Select(changes => changes.DistinctBy(change => change.Node).ToArray());

    private static Configuration? Changed(byte[] bytes, int at, byte value)
    {
        byte[] copy = [.. bytes];
        copy[at] = value;
        return ConfigurationFormat.TryRead(copy);
    }

    private static string After(Configuration before, params (int Node, MembershipTarget Target)[] changes)
    {
        MembershipStatus status = ConfigurationChange.Apply(before, Of(changes), out Configuration next);
        Assert.Equal(MembershipStatus.Proposed, status);
        return next.ToString();
    }

    private static MembershipStatus Try(Configuration before, params (int Node, MembershipTarget Target)[] changes)
    {
        MembershipStatus status = ConfigurationChange.Apply(before, Of(changes), out Configuration next);
        Assert.Same(before, next);
        return status;
    }

    private static MembershipChange[] Of((int Node, MembershipTarget Target)[] changes) =>
        [.. changes.Select(change => new MembershipChange(Ids[change.Node], change.Target))];
}
