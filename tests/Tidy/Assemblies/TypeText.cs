namespace DEngine.Tidy;

/// <summary>Names of types as C# writes them.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>With namespace, for headings.</summary>
    public static string FullName(Type type) => $"{type.Namespace}.{Name(type)}";

    /// <summary>Without namespace; nested types with the type around them.</summary>
    public static string Name(Type type)
    {
        if (type.IsByRef) return $"ref {Name(type.GetElementType()!)}";
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (type.IsPointer) return $"{Name(type.GetElementType()!)}*";
        if (type.IsGenericParameter) return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } value) return $"{Name(value)}?";
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword;

        string name = type.Name;
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        int outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        if (tick >= 0) name = $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Skip(outer).Select(Name))}>";
        return type.DeclaringType is { } around ? $"{Name(around)}.{name}" : name;
    }
}
