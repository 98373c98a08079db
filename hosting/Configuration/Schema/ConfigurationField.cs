using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

/// <summary>One row of <see cref="ConfigurationSchema"/>: everything that is known about a field, said once.</summary>
internal abstract class ConfigurationField<TTarget>(string path, string summary)
{
    /// <summary>From the top, or from the table that the field is in; dots between its parts.</summary>
    public string Path { get; } = path;

    /// <summary>One sentence: what it decides.</summary>
    public string Summary { get; } = summary;

    /// <summary>There is no default.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Null: it does what its summary says. Otherwise what is missing in this version for it to do so.</summary>
    public string? WithoutEffect { get; init; }

    public abstract string Kind { get; }

    public abstract string Unit { get; }

    public abstract string Range { get; }

    public abstract bool IsText { get; }

    /// <summary>What <paramref name="target"/> has, as it would stand in the file. Of a new target: the default.</summary>
    public abstract string Show(TTarget target);

    /// <summary>Reads the value into the target, or reports why not.</summary>
    public abstract void Bind(TTarget target, TomlValue value, BindingScope scope);

    /// <summary>Reports what is wrong with a value that came from code.</summary>
    public abstract void Judge(TTarget target, BindingScope scope);
}

/// <inheritdoc/>
internal sealed class ConfigurationField<TTarget, TValue>(
    string path,
    FieldType<TValue> type,
    Func<TTarget, TValue> get,
    Action<TTarget, TValue> set,
    string summary) : ConfigurationField<TTarget>(path, summary)
{
    public override string Kind => type.Kind;

    public override string Unit => type.Unit;

    public override string Range => type.Range;

    public override bool IsText => type.IsText;

    public override string Show(TTarget target) => type.Show(get(target));

    public override void Bind(TTarget target, TomlValue value, BindingScope scope)
    {
        scope.Given(value.Position);
        if (value is TomlInvalid)
            scope.Ledger.Break(scope.Path);
        else if (type.TryRead(value, scope, out TValue? read))
            set(target, read);
    }

    public override void Judge(TTarget target, BindingScope scope) => type.Judge(get(target), scope);
}
