using System.Collections.Frozen;
using DataHub.V1;
using Google.Protobuf.Reflection;

namespace DataHub.FrontEnd.Csv;

/// <summary>The typed message of each resource that can be pushed: the bodies of <see cref="Record"/> are named after the resources.</summary>
internal static class ResourceMessages
{
    private static readonly FrozenDictionary<string, FieldDescriptor> Bodies =
        Record.Descriptor.Oneofs.Single(oneof => oneof.Name == "body").Fields.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>Columns beside the fields of the message, in every resource.</summary>
    public static IReadOnlyList<FieldDescriptor> RecordFields { get; } =
        [.. Record.Descriptor.Fields.InFieldNumberOrder().Where(field => field.ContainingOneof is null)];

    /// <summary>The field of <see cref="Record"/> with the body of a resource.</summary>
    /// <exception cref="Kernel.Faults.FaultException">No such resource: <c>RESOURCE_UNKNOWN</c>.</exception>
    public static FieldDescriptor BodyOf(string resource) =>
        Bodies.TryGetValue(resource, out var body) ? body : throw CsvFaults.ResourceUnknown(Bodies.Keys.Order(StringComparer.Ordinal));
}
