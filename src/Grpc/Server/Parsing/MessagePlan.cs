using System.Collections.Frozen;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Grpc.AspNetCore.Server.Parsing;

/// <summary>A field of which a message may hold many, or that holds more fields.</summary>
/// <param name="List">Which of the message's repeated fields it is, from 0; null where it is not repeated.</param>
/// <param name="Element">How one element stands on the wire.</param>
/// <param name="Message">What an element holds; null for anything but messages.</param>
internal sealed record FieldPlan(int? List, WireFormat.WireType Element, MessagePlan? Message)
{
    /// <summary>Whether many elements may stand together in one length-delimited field.</summary>
    public bool MayBePacked => List is not null && Element is WireFormat.WireType.Varint or WireFormat.WireType.Fixed32 or WireFormat.WireType.Fixed64;
}

/// <summary>What has to be counted in messages of one type; found out once.</summary>
internal sealed class MessagePlan
{
    private FrozenDictionary<int, FieldPlan> _fields = FrozenDictionary<int, FieldPlan>.Empty;

    private MessagePlan()
    {
    }

    /// <summary>Repeated fields, maps among them.</summary>
    public int Lists { get; private set; }

    /// <summary>Whether there is nothing to count.</summary>
    public bool IsLeaf => _fields.Count == 0;

    /// <summary>The plan of a type and of all that it holds.</summary>
    public static MessagePlan Of(MessageDescriptor message) => Of(message, []);

    /// <summary>A field by its number; null where there is nothing to count in it.</summary>
    public FieldPlan? Field(int number) => _fields.GetValueOrDefault(number);

    // Messages may hold themselves: a plan is known before it is complete.
    private static MessagePlan Of(MessageDescriptor message, Dictionary<MessageDescriptor, MessagePlan> known)
    {
        if (known.TryGetValue(message, out var plan))
        {
            return plan;
        }

        known[message] = plan = new MessagePlan();
        plan._fields = message.Fields.InFieldNumberOrder()
            .Where(field => field.IsRepeated || IsMessage(field))
            .ToFrozenDictionary(
                field => field.FieldNumber,
                field => new FieldPlan(field.IsRepeated ? plan.Lists++ : null, WireType(field), IsMessage(field) ? Of(field.MessageType, known) : null));
        return plan;
    }

    private static bool IsMessage(FieldDescriptor field) => field.FieldType is FieldType.Message or FieldType.Group;

    private static WireFormat.WireType WireType(FieldDescriptor field) => field.FieldType switch
    {
        // A group calls itself a message everywhere else.
        FieldType.Message or FieldType.Group when field.ToProto().Type is FieldDescriptorProto.Types.Type.Group => WireFormat.WireType.StartGroup,
        FieldType.Message or FieldType.String or FieldType.Bytes => WireFormat.WireType.LengthDelimited,
        FieldType.Fixed32 or FieldType.SFixed32 or FieldType.Float => WireFormat.WireType.Fixed32,
        FieldType.Fixed64 or FieldType.SFixed64 or FieldType.Double => WireFormat.WireType.Fixed64,
        _ => WireFormat.WireType.Varint,
    };
}
