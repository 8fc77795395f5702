using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Parsing;

/// <summary>
/// Parses requests that are protobuf messages: those with too many elements are refused before anything is made of them, and fields that nobody knows
/// are not kept. Requests of any other type go through their own marshallers.
/// </summary>
internal static class RequestParser
{
    /// <summary>A marshaller that bounds what it parses.</summary>
    /// <param name="marshaller">The marshaller of generated code, or one written by hand.</param>
    /// <param name="maxRepeated">Elements one repeated field may have.</param>
    public static Marshaller<T> Bound<T>(Marshaller<T> marshaller, int maxRepeated)
        where T : class =>
        StaticProperty<MessageParser>(typeof(T), "Parser") is { } parser && StaticProperty<MessageDescriptor>(typeof(T), "Descriptor") is { } descriptor
            ? new Marshaller<T>(marshaller.ContextualSerializer, Deserializer<T>(parser.WithDiscardUnknownFields(true), MessagePlan.Of(descriptor), maxRepeated))
            : marshaller;

    private static Func<DeserializationContext, T> Deserializer<T>(MessageParser parser, MessagePlan plan, int maxRepeated) => context =>
    {
        var payload = context.PayloadAsReadOnlySequence();

        // Every element takes at least a byte: most messages are too short to have too many.
        if (payload.Length > maxRepeated && !plan.IsLeaf)
        {
            MessageWalk.RefuseTooMany(payload, plan, maxRepeated);
        }

        return (T)parser.ParseFrom(payload);
    };

    private static T? StaticProperty<T>(Type message, string name)
        where T : class =>
        typeof(IMessage).IsAssignableFrom(message) ? message.GetProperty(name, BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as T : null;
}
