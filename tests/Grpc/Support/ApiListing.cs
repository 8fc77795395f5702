using System.Globalization;
using System.Reflection;

namespace Grpc.Tests.Support;

/// <summary>Public members in the notation of grpc-api.txt: a type's head without its bases, then one line a base and a member.</summary>
internal static class ApiListing
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(string)] = "string",
        [typeof(int)] = "int",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
    };

    public static Dictionary<string, HashSet<string>> Read(string path)
    {
        var types = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        var current = new HashSet<string>();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == ' ')
            {
                current.Add(line.Trim());
                continue;
            }

            var head = line.Split(" : ");
            current = types.TryGetValue(head[0], out var known) ? known : types[head[0]] = [];
            current.UnionWith(head.Length > 1 ? Bases(head[1]) : []);
        }

        return types;
    }

    public static Dictionary<string, IReadOnlyList<string>> Of(Assembly assembly) =>
        assembly.GetExportedTypes().ToDictionary(Head, Lines, StringComparer.Ordinal);

    private static IEnumerable<string> Bases(string list)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i <= list.Length; i++)
        {
            depth += i == list.Length ? 0 : list[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (i == list.Length || (depth == 0 && list[i] == ','))
            {
                yield return ": " + list[start..i].Trim();
                start = i + 1;
            }
        }
    }

    private static string Head(Type type)
    {
        var kind = type switch
        {
            { IsEnum: true } => "enum ",
            { IsValueType: true } => "struct ",
            { IsInterface: true } => "interface ",
            _ when IsDelegate(type) => "delegate ",
            { IsAbstract: true, IsSealed: true } => "static class ",
            { IsAbstract: true } => "abstract class ",
            { IsSealed: true } => "sealed class ",
            _ => "class ",
        };
        return kind + type.Namespace + "." + Name(type);
    }

    private static IReadOnlyList<string> Lines(Type type)
    {
        if (type.IsEnum)
        {
            return [string.Join(", ", Enum.GetValues(type).Cast<object>().Select(value => $"{value}={Convert.ToInt32(value, CultureInfo.InvariantCulture)}"))];
        }

        if (IsDelegate(type))
        {
            return [Method(type.GetMethod("Invoke")!).Replace("virtual ", "", StringComparison.Ordinal)];
        }

        return
        [
            .. BasesOf(type).Select(name => ": " + name),
            .. type.GetConstructors(Declared).Where(Shown).Select(constructor => $"{Access(constructor)}new({Parameters(constructor)})"),
            .. type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(Shown)).Select(Property),
            .. type.GetFields(Declared).Where(field => field.IsPublic).Select(field => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}"),
            .. type.GetMethods(Declared).Where(method => Shown(method) && !method.IsSpecialName).Select(Method),
        ];
    }

    private static IEnumerable<string> BasesOf(Type type)
    {
        var parents = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? [parent] : Array.Empty<Type>();
        return parents.Concat(type.GetInterfaces().Where(implemented => implemented.IsPublic)).Select(Name);
    }

    /// <summary>What other assemblies can reach: protected members of sealed classes are not.</summary>
    private static bool Shown(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(Shown).ToList();
        var get = property.GetMethod is { } getter && Shown(getter) ? "get; " : "";
        var set = property.SetMethod is { } setter && Shown(setter) ? "set; " : "";
        return $"{Modifiers(accessors[0])}{Name(property.PropertyType)} {property.Name} {{ {get}{set}}}";
    }

    private static string Method(MethodInfo method)
    {
        var generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        return $"{Modifiers(method)}{Name(method.ReturnType)} {method.Name}{generics}({Parameters(method)})";
    }

    private static string Modifiers(MethodInfo method) => Access(method) + method switch
    {
        { IsStatic: true } => "static ",
        { DeclaringType.IsInterface: true } => "",
        { IsAbstract: true } => "abstract ",
        { IsVirtual: true, IsFinal: false } => "virtual ",
        _ => "",
    };

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        var text = $"{(parameter.IsOut ? "out " : "")}{Name(parameter.ParameterType)} {parameter.Name}";
        return !parameter.HasDefaultValue ? text
            : parameter.RawDefaultValue is null or false ? text + " = default"
            : text + " = " + Convert.ToString(parameter.RawDefaultValue, CultureInfo.InvariantCulture);
    }

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        if (type.HasElementType)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : "&");
        }

        return type.IsGenericParameter ? type.Name : Qualified(type);
    }

    private static string Qualified(Type type)
    {
        var outer = type.DeclaringType;
        var own = type.GetGenericArguments().Skip(outer?.GetGenericArguments().Length ?? 0).Select(Name).ToList();
        var name = type.Name.Split('`')[0] + (own.Count > 0 ? $"<{string.Join(", ", own)}>" : "");
        return outer is null ? name : $"{Qualified(outer)}.{name}";
    }

    private static bool IsDelegate(Type type) => type.BaseType == typeof(MulticastDelegate);
}
