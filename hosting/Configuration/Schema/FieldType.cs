using System.Diagnostics.CodeAnalysis;
using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

/// <summary>What a field's values are: how one is read, which are allowed, how it is shown.</summary>
internal abstract class FieldType<T>
{
    /// <summary>One or two words for the reference page.</summary>
    public abstract string Kind { get; }

    public virtual string Unit => "";

    /// <summary>What is allowed, without the unit.</summary>
    public abstract string Range { get; }

    /// <summary>Overrides give the text itself, without quotes. Other kinds are written as in the file.</summary>
    public virtual bool IsText => false;

    public string Allowed => Unit.Length == 0 ? Range : $"{Range} {Unit}";

    /// <summary>As it would stand in the file; for messages and the reference page.</summary>
    public abstract string Show(T value);

    /// <summary>False: the mistake is reported. True may come with mistakes inside (a member of a list).</summary>
    public abstract bool TryRead(TomlValue value, BindingScope scope, [MaybeNullWhen(false)] out T result);

    /// <summary>Reports what is wrong with a value that came from code.</summary>
    public abstract void Judge(T value, BindingScope scope);
}

/// <summary>A value without parts.</summary>
internal abstract class ScalarType<T> : FieldType<T>
{
    public sealed override bool TryRead(TomlValue value, BindingScope scope, [MaybeNullWhen(false)] out T result)
    {
        if (!TryConvert(value, out result))
            scope.Report(value.Position, value.ToString()!, AllowedInsteadOf(value));
        else if (IsAllowed(result))
            return true;
        else
            scope.Report(value.Position, value.ToString()!, Allowed);
        return false;
    }

    public sealed override void Judge(T value, BindingScope scope)
    {
        if (!IsAllowed(value))
            scope.Report(default, Show(value), Allowed);
    }

    protected abstract bool TryConvert(TomlValue value, [MaybeNullWhen(false)] out T result);

    protected abstract bool IsAllowed(T value);

    /// <summary>Says the kind as well, when the value is of another.</summary>
    protected virtual string AllowedInsteadOf(TomlValue value) => Allowed;
}
