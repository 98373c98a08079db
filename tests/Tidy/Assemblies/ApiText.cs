using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace DEngine.Tidy;

/// <summary>The public surface of an assembly as text: a line for each type and member, sorted, in words close to C#.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"The public surface of {assembly.GetName().Name}, written by a test: DENGINE_REWRITE=1 rewrites it.\n");
        foreach (Type type in assembly.GetExportedTypes().OrderBy(TypeText.FullName, StringComparer.Ordinal))
        {
            text.Append('\n').Append(Header(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal)) text.Append("    ").Append(member).Append('\n');
        }

        return text.ToString();
    }

    private static string Header(Type type)
    {
        var bases = new List<string>();
        if (type.IsEnum) bases.Add(TypeText.Name(type.GetEnumUnderlyingType()));
        else if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType)) bases.Add(TypeText.Name(parent));
        if (!type.IsEnum) bases.AddRange(OwnInterfaces(type));
        return $"{KindOf(type)} {TypeText.FullName(type)}{(bases.Count > 0 ? " : " + string.Join(", ", bases) : "")}";
    }

    private static IEnumerable<string> OwnInterfaces(Type type)
    {
        Type[] all = type.GetInterfaces();
        IEnumerable<Type> inherited = all.SelectMany(i => i.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []);
        return all.Except(inherited)
            .Where(i => i.IsPublic && !(i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEquatable<>)))
            .Select(TypeText.Name)
            .Order(StringComparer.Ordinal);
    }

    private static string KindOf(Type type)
    {
        if (type.IsEnum) return "enum";
        if (type.IsInterface) return "interface";
        if (typeof(Delegate).IsAssignableFrom(type)) return "delegate";
        if (type.IsValueType)
        {
            string readOnly = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            return type.IsByRefLike ? $"{readOnly}ref struct" : $"{readOnly}struct";
        }

        if (type.IsAbstract && type.IsSealed) return "static class";
        return type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum) return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => $"{f.Name} = {f.GetRawConstantValue()}");
        if (typeof(Delegate).IsAssignableFrom(type)) return [Signature(type.GetMethod("Invoke")!)];
        return type.GetMembers(Declared).Where(IsShown).Select(Describe).OfType<string>();
    }

    private static bool IsShown(MemberInfo member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member is not Type && !member.Name.StartsWith('<');

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor when IsVisible(constructor) && !constructor.IsStatic => $"new({Parameters(constructor)})",
        MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) => Signature(method),
        PropertyInfo property => Describe(property),
        FieldInfo field when IsVisible(field) => Describe(field),
        EventInfo happening when IsVisible(happening.AddMethod) => $"event {TypeText.Name(happening.EventHandlerType!)} {happening.Name}",
        _ => null,
    };

    private static string? Describe(PropertyInfo property)
    {
        string accessors = (IsVisible(property.GetMethod) ? "get; " : "") + (IsVisible(property.SetMethod) ? SetterOf(property) : "");
        if (accessors.Length == 0) return null;
        ParameterInfo[] index = property.GetIndexParameters();
        string name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string isStatic = (property.GetMethod ?? property.SetMethod)!.IsStatic ? "static " : "";
        return $"{isStatic}{required}{TypeText.Name(property.PropertyType)} {name} {{ {accessors}}}";
    }

    private static string SetterOf(PropertyInfo property) =>
        property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";

    private static string Describe(FieldInfo field)
    {
        if (field.IsLiteral)
        {
            string value = Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture) ?? "null";
            return $"const {TypeText.Name(field.FieldType)} {field.Name} = {value}";
        }

        return $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{TypeText.Name(field.FieldType)} {field.Name}";
    }

    private static bool IsVisible(MethodBase? method) =>
        method is not null && (method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed));

    private static bool IsVisible(FieldInfo field) =>
        field.IsPublic || ((field.IsFamily || field.IsFamilyOrAssembly) && !field.DeclaringType!.IsSealed);

    private static string Signature(MethodInfo method)
    {
        string modifiers = method.IsStatic ? "static " : "";
        if (!method.DeclaringType!.IsInterface && method.IsAbstract) modifiers += "abstract ";
        else if (method.IsVirtual && !method.IsFinal && method.GetBaseDefinition() == method && !method.DeclaringType.IsInterface) modifiers += "virtual ";
        if (method.GetBaseDefinition() != method) modifiers += "override ";
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(TypeText.Name))}>" : "";
        return $"{modifiers}{TypeText.Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string way = parameter.IsOut ? "out " : parameter.IsIn ? "in " : parameter.ParameterType.IsByRef ? "ref " : "";
        if (parameter.IsDefined(typeof(ParamCollectionAttribute)) || parameter.IsDefined(typeof(ParamArrayAttribute))) way = "params ";
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string optional = parameter.HasDefaultValue ? $" = {Convert.ToString(parameter.RawDefaultValue, CultureInfo.InvariantCulture) ?? "default"}" : "";
        return $"{way}{TypeText.Name(type)} {parameter.Name}{optional}";
    }
}
