using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;

namespace DataHub.Host.Serving;

/// <summary>The services mapped in this process, with the files that define them.</summary>
internal sealed class DescribedServices(EndpointDataSource endpoints)
{
    private readonly Lazy<IReadOnlyDictionary<string, ServiceDescriptor>> _services = new(() => Find(endpoints));
    private readonly Lock _gate = new();
    private Dictionary<string, FileDescriptor>? _files;
    private Dictionary<string, FileDescriptor>? _symbols;

    /// <summary>Full names, in order.</summary>
    public IEnumerable<string> Names => _services.Value.Keys.Order(StringComparer.Ordinal);

    public bool Has(string service) => _services.Value.ContainsKey(service);

    /// <summary>A file by its name in an import; null where no service rests on such.</summary>
    public FileDescriptor? File(string name) => Index().Files.GetValueOrDefault(name);

    /// <summary>The file that defines a service, method, message, field or enum; null for an unknown name.</summary>
    public FileDescriptor? FileOf(string symbol) => Index().Symbols.GetValueOrDefault(symbol);

    /// <summary>A file and all that it imports, each once, the imported ones first.</summary>
    public static IReadOnlyList<FileDescriptor> WithImports(FileDescriptor file)
    {
        var files = new List<FileDescriptor>();
        Add(file, files);
        return files;
    }

    private (Dictionary<string, FileDescriptor> Files, Dictionary<string, FileDescriptor> Symbols) Index()
    {
        lock (_gate)
        {
            _files ??= _services.Value.Values.SelectMany(service => WithImports(service.File)).DistinctBy(file => file.Name).ToDictionary(file => file.Name, StringComparer.Ordinal);
            _symbols ??= _files.Values.SelectMany(file => SymbolsOf(file).Distinct().Select(symbol => (symbol, file))).ToDictionary(pair => pair.symbol, pair => pair.file, StringComparer.Ordinal);
            return (_files, _symbols);
        }
    }

    private static Dictionary<string, ServiceDescriptor> Find(EndpointDataSource endpoints) => endpoints.Endpoints
        .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType).OfType<Type>().Distinct()
        .Select(Describe).ToDictionary(service => service.FullName, StringComparer.Ordinal);

    /// <summary>Generated code keeps the descriptor in the class that binds the methods.</summary>
    private static ServiceDescriptor Describe(Type implementation) =>
        (ServiceDescriptor)implementation.GetCustomAttribute<BindServiceMethodAttribute>(inherit: true)!.BindType
            .GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(obj: null)!;

    private static void Add(FileDescriptor file, List<FileDescriptor> files)
    {
        foreach (var import in file.Dependencies)
        {
            Add(import, files);
        }

        if (!files.Contains(file))
        {
            files.Add(file);
        }
    }

    private static IEnumerable<string> SymbolsOf(FileDescriptor file) =>
    [
        .. file.Services.Select(service => service.FullName), .. file.Services.SelectMany(service => service.Methods).Select(method => method.FullName),
        .. file.EnumTypes.Select(type => type.FullName), .. file.MessageTypes.SelectMany(SymbolsOf),
    ];

    private static IEnumerable<string> SymbolsOf(MessageDescriptor message) =>
    [
        message.FullName, .. message.Fields.InDeclarationOrder().Select(field => field.FullName), .. message.EnumTypes.Select(type => type.FullName),
        .. message.NestedTypes.SelectMany(SymbolsOf),
    ];
}
