namespace DEngine.Configuration.Toml;

/// <summary>
/// Builds the tree and guards its one rule: nothing is defined twice, and what is complete is not added to. Each error is recorded and
/// the offending keys go where they do least harm, so that the rest of the text is still checked.
/// </summary>
internal sealed class TomlTableBuilder(List<TomlError> errors)
{
    public TomlTable Root { get; } = new(new TomlPosition(1, 1), TomlTableOrigin.Root);

    /// <summary>A table that takes the keys below an unusable header and belongs to no document.</summary>
    public static TomlTable Detached(TomlPosition position) => new(position, TomlTableOrigin.Header);

    /// <summary><c>[a.b.c]</c>: the table that the keys below it belong to.</summary>
    public TomlTable OpenTable(IReadOnlyList<TomlKey> path)
    {
        TomlKey last = path[^1];
        if (WalkHeader(path) is not { } parent)
            return Detached(last.Position);

        if (!parent.TryGet(last.Name, out TomlEntry? existing))
            return AddTable(parent, last, TomlTableOrigin.Header);

        if (existing.Value is TomlTable { Origin: TomlTableOrigin.Implicit } table)
        {
            table.Define(TomlTableOrigin.Header);
            return table;
        }

        Redefined(path, path.Count, existing);
        bool mayHoldTheKeys = existing.Value is TomlTable { Origin: TomlTableOrigin.Header or TomlTableOrigin.Dotted };
        return mayHoldTheKeys ? (TomlTable)existing.Value : Detached(last.Position);
    }

    /// <summary><c>[[a.b.c]]</c>: a new element of the array of tables.</summary>
    public TomlTable OpenElement(IReadOnlyList<TomlKey> path)
    {
        TomlKey last = path[^1];
        TomlTable element = Detached(last.Position);
        if (WalkHeader(path) is not { } parent)
            return element;

        if (!parent.TryGet(last.Name, out TomlEntry? existing))
        {
            TomlArray array = new(last.Position, isArrayOfTables: true);
            parent.Add(new TomlEntry(last.Name, last.Position, array));
            array.Add(element);
        }
        else if (existing.Value is TomlArray { IsArrayOfTables: true } array)
        {
            array.Add(element);
        }
        else
        {
            Redefined(path, path.Count, existing);
        }
        return element;
    }

    /// <summary><c>a.b.c = value</c> within a table.</summary>
    public void Define(TomlTable table, IReadOnlyList<TomlKey> path, TomlValue value)
    {
        for (int i = 0; i < path.Count - 1; i++)
        {
            if (!table.TryGet(path[i].Name, out TomlEntry? existing))
            {
                table = AddTable(table, path[i], TomlTableOrigin.Dotted);
                continue;
            }

            // An implicit table is defined by the first dotted key that passes through it; from then on its own header may not come.
            if (existing.Value is not TomlTable { Origin: TomlTableOrigin.Implicit or TomlTableOrigin.Dotted } next)
            {
                Redefined(path, i + 1, existing);
                return;
            }
            next.Define(TomlTableOrigin.Dotted);
            table = next;
        }

        TomlKey last = path[^1];
        if (table.TryGet(last.Name, out TomlEntry? taken))
            Redefined(path, path.Count, taken);
        else
            table.Add(new TomlEntry(last.Name, last.Position, value));
    }

    /// <summary>Goes through all but the last part of a header, by way of the newest element of arrays of tables. Null after an error.</summary>
    private TomlTable? WalkHeader(IReadOnlyList<TomlKey> path)
    {
        TomlTable table = Root;
        for (int i = 0; i < path.Count - 1; i++)
        {
            if (!table.TryGet(path[i].Name, out TomlEntry? existing))
            {
                table = AddTable(table, path[i], TomlTableOrigin.Implicit);
                continue;
            }

            switch (existing.Value)
            {
                case TomlTable next when next.Origin != TomlTableOrigin.Inline:
                    table = next;
                    break;
                case TomlArray { IsArrayOfTables: true } array:
                    table = (TomlTable)array.Items[^1];
                    break;
                default:
                    Redefined(path, i + 1, existing);
                    return null;
            }
        }
        return table;
    }

    private static TomlTable AddTable(TomlTable parent, TomlKey key, TomlTableOrigin origin)
    {
        TomlTable table = new(key.Position, origin);
        parent.Add(new TomlEntry(key.Name, key.Position, table));
        return table;
    }

    private void Redefined(IReadOnlyList<TomlKey> path, int length, TomlEntry existing)
    {
        TomlPosition position = path[length - 1].Position;
        string name = TomlKey.Show(path.Take(length));
        errors.Add(new TomlError(
            position,
            $"{name} again",
            $"one definition of it: it is {existing.Value.KindName} since line {existing.KeyPosition.Line}"));
    }
}
