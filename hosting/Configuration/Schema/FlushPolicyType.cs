using System.Diagnostics.CodeAnalysis;
using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

/// <summary><c>"Immediate"</c> or <c>{ Batch = { threshold = …, interval_ms = … } }</c>.</summary>
internal sealed class FlushPolicyType : FieldType<FlushPolicy>
{
    private const string ImmediateName = "Immediate";
    private const string BatchName = "Batch";

    public override string Kind => "name or table";

    public override string Range => "\"Immediate\" or { Batch = { threshold = 100, interval_ms = 20 } }";

    public override string Show(FlushPolicy value) => value.Batch is { } batch
        ? $"{{ {BatchName} = {{ threshold = {batch.Threshold}, interval_ms = {batch.IntervalMs} }} }}"
        : $"\"{ImmediateName}\"";

    public override bool TryRead(TomlValue value, BindingScope scope, [MaybeNullWhen(false)] out FlushPolicy result)
    {
        result = FlushPolicy.Immediate;
        if (value is TomlString text && text.Value.Equals(ImmediateName, StringComparison.OrdinalIgnoreCase))
            return true;

        if (value is TomlTable { Entries.Count: > 0 } table)
        {
            BatchFlush batch = new();
            ConfigurationBinder.Bind(ConfigurationSchema.BatchFields, table, batch, scope);
            result = new FlushPolicy { Batch = batch };
            return true;
        }

        scope.Report(value.Position, value.ToString()!, Allowed);
        return false;
    }

    public override void Judge(FlushPolicy value, BindingScope scope)
    {
        if (value.Batch is { } batch)
            ConfigurationBinder.Judge(ConfigurationSchema.BatchFields, batch, scope);
    }
}
