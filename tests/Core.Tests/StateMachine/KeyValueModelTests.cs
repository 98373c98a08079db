using FsCheck;
using FsCheck.Fluent;

namespace DEngine.Core.Tests.StateMachine;

public sealed class KeyValueModelTests
{
    /// <summary>Few keys: splits and merges of one or two levels; many keys: three levels. Heavy deleting empties the tree again and again.</summary>
    [Theory]
    [InlineData(1, 40, 3_000, 35, 4)]
    [InlineData(2, 400, 12_000, 45, 10)]
    [InlineData(3, 4_000, 30_000, 30, 100)]
    [InlineData(4, 4_000, 30_000, 48, 1)]
    [InlineData(5, 1_000, 12_000, 60, 30)]
    public void The_store_does_what_a_sorted_dictionary_does_and_old_views_stay_as_they_were(
        ulong seed, int keys, int operations, int deletePercent, int publishEvery)
    {
        var random = new DeterministicRandom(seed);
        var driver = new KeyValueDriver();
        var model = new KeyValueModel();
        var kept = new List<(KeyValueView View, KeyValueModel Model, long Index)>();
        for (int i = 0; i < operations; i++)
        {
            // Phases of growth and decline, so that the tree gets tall and then shrinks to its root.
            bool declining = i / (operations / 4) % 2 == 1;
            Step(ref random, driver, model, keys, declining ? deletePercent + 30 : deletePercent);
            if (random.Next(publishEvery) == 0)
            {
                KeyValueView view = driver.Publish();
                if (random.Next(operations / 20) < publishEvery) kept.Add((view, model.Copy(), driver.Index));
            }

            if (i % 97 == 0) driver.Store.Validate();
        }

        driver.Store.Validate();
        model.AssertSameAs(driver.Publish(), driver.Index);
        Assert.InRange(kept.Count, 5, 60);
        foreach ((KeyValueView view, KeyValueModel then, long index) in kept) then.AssertSameAs(view, index);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_tree_filled_and_emptied_in_order_is_valid_at_every_size(bool ascending, bool removeAscending)
    {
        const int Keys = 1_500;
        var driver = new KeyValueDriver();
        for (int i = 0; i < Keys; i++)
        {
            driver.Put(BigEndian(ascending ? i : Keys - 1 - i), [1]);
            driver.Store.Validate();
        }

        KeyValueView full = driver.Publish();
        for (int i = 0; i < Keys; i++)
        {
            Assert.True(driver.Delete(BigEndian(removeAscending ? i : Keys - 1 - i)).Succeeded);
            driver.Store.Validate();
        }

        Assert.Equal(0, driver.Publish().Count);
        Assert.Equal(Keys, full.Count);
        var records = new List<KeyValueRecord>();
        full.Scan(default, default, int.MaxValue, records);
        Assert.Equal(Keys, records.Count);
    }

    [Fact]
    public void Keys_put_in_ascending_order_leave_nodes_three_quarters_full()
    {
        var tree = new KeyValueTree();
        for (int i = 0; i < 24 * 24; i++) tree.Put(BigEndian(i), [], i + 1, out _);
        Assert.InRange(Assert.IsType<BranchNode>(tree.Root).Count, 23, 24);
    }

    [Fact]
    public void An_emptied_tree_is_one_leaf_again()
    {
        var tree = new KeyValueTree();
        for (int i = 0; i < 5_000; i++) tree.Put(BigEndian(i), [], i + 1, out _);
        Assert.IsType<BranchNode>(tree.Root);
        for (int i = 0; i < 5_000; i++) tree.Remove(BigEndian((i * 7) % 5_000));
        Assert.Equal(0, Assert.IsType<LeafNode>(tree.Root).Count);
    }

    [Fact]
    public void Every_scan_is_the_model_s() =>
        Prop.ForAll(Numbers(), numbers =>
        {
            var driver = new KeyValueDriver();
            var model = new KeyValueModel();
            foreach (int number in numbers)
            {
                byte[] key = KeyValueDriver.Key(number % 700);
                driver.Put(key, [1]);
                model.Put(key, [1], driver.Index);
            }

            KeyValueView view = driver.Publish();
            return Enumerable.Range(0, numbers.Length).All(i =>
            {
                byte[] prefix = i % 4 == 0 ? [] : KeyValueDriver.Key(numbers[i] % 60);
                byte[] after = i % 3 == 0 ? [] : KeyValueDriver.Key(numbers[^(i + 1)] % 800);
                int limit = numbers[i] % 40;
                var output = new List<KeyValueRecord>();
                bool more = view.Scan(prefix, after, limit, output);
                (List<byte[]> keys, bool moreExpected) = model.Scan(prefix, after, limit);
                return more == moreExpected && keys.Count == output.Count
                    && keys.Zip(output).All(pair => pair.Second.Key.Span.SequenceEqual(pair.First));
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithStartSize(1).WithEndSize(300));

    [Fact]
    public void Equal_contents_have_equal_digests_whatever_their_history_of_nodes()
    {
        var straight = new KeyValueTree();
        var detour = new KeyValueTree();
        for (int i = 0; i < 600; i++) detour.Put(KeyValueDriver.Key(1_000 + i), [9], 1, out _);
        for (int i = 0; i < 900; i++) straight.Put(KeyValueDriver.Key(i), [(byte)i], i + 1, out _);
        for (int i = 0; i < 900; i++)
        {
            detour.Put(KeyValueDriver.Key(i), [(byte)i], i + 1, out _);
            detour.Freeze();
        }

        for (int i = 0; i < 600; i++) detour.Remove(KeyValueDriver.Key(1_000 + i));
        Assert.Equal(Digest(straight), Digest(detour));
        detour.Put(KeyValueDriver.Key(3), [77], 901, out _);
        Assert.NotEqual(Digest(straight), Digest(detour));
    }

    private static ulong Digest(KeyValueTree tree)
    {
        var hash = default(StateHash);
        TreeReader.AddTo(ref hash, tree.Root);
        return hash.Value();
    }

    private static void Step(ref DeterministicRandom random, KeyValueDriver driver, KeyValueModel model, int keys, int deletePercent)
    {
        byte[] key = KeyValueDriver.Key(random.Next(keys));
        byte[] value = new byte[random.Next(4)];
        if (value.Length > 0) value[0] = (byte)random.Next(2);
        if (random.Next(100) < deletePercent)
        {
            Assert.Equal(model.Delete(key), driver.Delete(key).Succeeded);
        }
        else if (random.Chance(0.3))
        {
            byte[]? expected = random.Chance(0.4) ? null : new byte[random.Next(4)];
            bool succeeded = driver.CompareAndSwap(key, expected, value).Succeeded;
            Assert.Equal(model.CompareAndSwap(key, expected, value, driver.Index), succeeded);
        }
        else
        {
            Assert.True(driver.Put(key, value).Succeeded);
            model.Put(key, value, driver.Index);
        }
    }

    private static byte[] BigEndian(int number) => [(byte)(number >> 8), (byte)number];

    private static Arbitrary<int[]> Numbers() => Gen.Choose(0, 1_000_000).NonEmptyListOf().Select(list => list.ToArray()).ToArbitrary();
}
