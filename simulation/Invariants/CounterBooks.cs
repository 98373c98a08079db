namespace DEngine.Simulation.Invariants;

/// <summary>
/// What clients know about counters: each addition counts one up and says what the count is then, so every count is given once, none is below what was
/// known when the addition began, and none is above what has been asked for. An addition that was applied twice is one too many.
/// </summary>
internal sealed class CounterBooks
{
    private readonly SortedDictionary<string, Book> _books = new(StringComparer.Ordinal);

    /// <summary>An addition or a read begins; gives the lowest count that it may be told.</summary>
    public long OnBegun(string key, bool adds)
    {
        Book book = BookOf(key);
        if (adds) book.Begun++;
        return Math.Max(book.Known, book.Acknowledged);
    }

    /// <summary>An addition certainly did not happen.</summary>
    public void OnFailed(string key) => BookOf(key).Failed++;

    /// <summary>An addition was answered.</summary>
    /// <param name="client">Whose, for people.</param>
    /// <param name="key">The counter.</param>
    /// <param name="floor">What <see cref="OnBegun"/> gave.</param>
    /// <param name="count">The answer.</param>
    public void OnAdded(string client, string key, long floor, long count)
    {
        Book book = BookOf(key);
        book.Acknowledged++;
        if (count <= floor) throw new ViolationException($"COUNT {client} added to {key} and was told {count}; it was {floor} before that");
        if (!book.Given.Add(count)) throw new ViolationException($"COUNT {client} added to {key} and was told {count}, as somebody was before");
        OnRead(client, key, floor, count);
    }

    /// <summary>A linearizable or lease read of a counter was answered.</summary>
    public void OnRead(string client, string key, long floor, long count)
    {
        Book book = BookOf(key);
        if (count < floor) throw new ViolationException($"COUNT {client} read {count} from {key}; it was {floor} before that");
        if (count > book.CountMax) throw new ViolationException($"COUNT {client} was told {count} by {key}; only {book.CountMax} additions can have happened");
        book.Known = Math.Max(book.Known, count);
    }

    /// <summary>The end: what is left in the store.</summary>
    /// <param name="read">Gives the count of a key.</param>
    public void JudgeEnd(Func<string, long> read)
    {
        foreach ((string key, Book book) in _books)
        {
            long count = read(key);
            if (count < book.Acknowledged || count < book.Known)
                throw new ViolationException($"COUNT {key} ends at {count}; {book.Acknowledged} additions were acknowledged and {book.Known} was seen");
            if (count > book.CountMax) throw new ViolationException($"COUNT {key} ends at {count}; only {book.CountMax} additions can have happened");
        }
    }

    private Book BookOf(string key)
    {
        if (!_books.TryGetValue(key, out Book? book)) _books.Add(key, book = new Book());
        return book;
    }

    private sealed class Book
    {
        public HashSet<long> Given { get; } = [];

        public long Begun { get; set; }

        public long Failed { get; set; }

        public long Acknowledged { get; set; }

        /// <summary>The highest count that anybody was told.</summary>
        public long Known { get; set; }

        public long CountMax => Begun - Failed;
    }
}
