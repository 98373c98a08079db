using DEngine.Core;

namespace DEngine.Storage.Tests;

/// <summary>Commands to a key-value store over few keys, so that they meet: puts, deletions, swaps that hold and swaps that do not.</summary>
internal static class RandomCommands
{
    private const int Keys = 60;

    public static byte[] Next(ref DeterministicRandom random)
    {
        byte[] key = KeyOf(random.Next(Keys));
        byte[] value = ValueOf(ref random);
        KeyValueCommand command = random.Next(10) switch
        {
            < 5 => KeyValueCommand.Put(key, value),
            < 7 => KeyValueCommand.Delete(key),
            < 8 => KeyValueCommand.PutIfAbsent(key, value),
            _ => KeyValueCommand.CompareAndSwap(key, ValueOf(ref random), value),
        };
        byte[] bytes = new byte[command.Size];
        command.Write(bytes);
        return bytes;
    }

    private static byte[] KeyOf(long number) => [.. "key/"u8, (byte)(number % 7), .. new byte[number % 5], (byte)number];

    /// <summary>Mostly one of a few short values, so that a swap may hold; sometimes one of some thousand bytes.</summary>
    private static byte[] ValueOf(ref DeterministicRandom random)
    {
        if (random.Chance(0.6)) return new byte[random.Next(3)];
        byte[] value = new byte[random.Next(6000)];
        for (int i = 0; i < value.Length; i++) value[i] = (byte)random.Next(256);
        return value;
    }
}
