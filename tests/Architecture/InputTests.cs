using DataHub.V1;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace DataHub.Architecture.Tests;

/// <summary>What clients may send holds no type of arbitrary content; messages that hold themselves stop at protobuf's depth of 100.</summary>
public sealed class InputTests
{
    private static readonly MessageDescriptor[] Unbounded = [Struct.Descriptor, Value.Descriptor, ListValue.Descriptor, Any.Descriptor];

    private static IEnumerable<FileDescriptor> Protos => typeof(VerificationService).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(VerificationService).Namespace && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!);

    [Fact]
    public void Requests_OfTheContract_ReachNoStructValueOrAny()
    {
        var requests = Protos.SelectMany(file => file.Services).SelectMany(service => service.Methods).Select(method => method.InputType).Distinct().ToList();

        Assert.True(requests.Count >= 8);
        Assert.All(requests, request => Walk(request, []));
    }

    private static void Walk(MessageDescriptor message, IReadOnlyList<MessageDescriptor> above)
    {
        Assert.DoesNotContain(message, Unbounded);
        if (above.Contains(message))
        {
            return;
        }

        foreach (var field in message.Fields.InDeclarationOrder().Where(field => field.FieldType is FieldType.Message or FieldType.Group))
        {
            Walk(field.MessageType, [.. above, message]);
        }
    }
}
