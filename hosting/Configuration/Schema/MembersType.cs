using System.Diagnostics.CodeAnalysis;
using DEngine.Configuration.Toml;

namespace DEngine.Configuration;

/// <summary><c>[{ id, address, role, status }, …]</c>.</summary>
internal sealed class MembersType : FieldType<IReadOnlyList<ClusterMember>>
{
    /// <summary>More members than any quorum protocol is run with; a bound, not a recommendation.</summary>
    public const int MembersMax = 101;

    public override string Kind => "array of tables";

    public override string Range => $"1 to {MembersMax} members such as {{ id = 1, address = \"127.0.0.1:9081\", role = 1, status = 2 }}";

    public override string Show(IReadOnlyList<ClusterMember> value) =>
        $"[{string.Join(", ", value.Select(m => $"{{ id = {m.Id}, address = {TomlText.Quote(m.Address)} }}"))}]";

    /// <summary>
    /// A member keeps its place whatever is wrong in it, with id 0 or an empty address for what could not be read: the checks among members
    /// look at the rest.
    /// </summary>
    public override bool TryRead(TomlValue value, BindingScope scope, [MaybeNullWhen(false)] out IReadOnlyList<ClusterMember> result)
    {
        result = null;
        if (value is not TomlArray array || array.Items.Count is 0 or > MembersMax)
        {
            string found = value is TomlArray { Items.Count: > 0 and var count } ? $"{count} members" : value.ToString()!;
            scope.Report(value.Position, found, Allowed);
            return false;
        }

        List<ClusterMember> members = [];
        for (int i = 0; i < array.Items.Count; i++)
        {
            BindingScope item = scope.Item(i);
            ClusterMember member = new();
            if (array.Items[i] is TomlTable table)
                ConfigurationBinder.Bind(ConfigurationSchema.MemberFields, table, member, item);
            else if (array.Items[i] is TomlInvalid)
                scope.Ledger.Break(item.Path);
            else
                item.Report(array.Items[i].Position, array.Items[i].ToString()!, "{ id = 1, address = \"127.0.0.1:9081\", role = 1, status = 2 }");
            members.Add(member);
        }
        result = members;
        return true;
    }

    public override void Judge(IReadOnlyList<ClusterMember> value, BindingScope scope)
    {
        if (value.Count is 0 or > MembersMax)
            scope.Report(default, $"{value.Count} members", Allowed);
        for (int i = 0; i < value.Count; i++)
            ConfigurationBinder.Judge(ConfigurationSchema.MemberFields, value[i], scope.Item(i));
    }
}
