using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataHub.Kernel.Faults;
using DataHub.Kernel.Json;
using FsCheck;
using FsCheck.Fluent;

namespace DataHub.Kernel.Tests.Json;

public sealed class CanonicalJsonTests
{
    // RFC 8785, section 3.2.3: the order of keys, with its string rules; and section 3.2.2 without its decimals.
    public static TheoryData<string, string> Examples => new()
    {
        {
            """{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}""",
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\uFB33\":\"Hebrew Letter Dalet With Dagesh\"}"
        },
        {
            """{ "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }""",
            """{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"""
        },
        { """[56,{"d":true,"10":null,"1":[]}]""", """[56,{"1":[],"10":null,"d":true}]""" },
        { """ "\b\t\n\f\r\u0000\u001f\u007f" """, "\"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f\"" },
        { "-0", "0" },
        { "[9007199254740991,-9007199254740991]", "[9007199254740991,-9007199254740991]" },
        { "{}", "{}" },
        { """{"":[{}],"姓名":"张三","a":1,"A":2,"aa":3}""", """{"":[{}],"A":2,"a":1,"aa":3,"姓名":"张三"}""" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Serialize_Example_IsItsCanonicalForm(string json, string canonical)
    {
        Assert.Equal(canonical, Canonical(json));
        Assert.Equal(canonical, CanonicalByNode(json));
    }

    [Theory]
    [InlineData("1.5", "JSON_NUMBER")]
    [InlineData("1.0", "JSON_NUMBER")]
    [InlineData("1e3", "JSON_NUMBER")]
    [InlineData("9007199254740992", "JSON_NUMBER")]
    [InlineData("-9007199254740992", "JSON_NUMBER")]
    [InlineData("123456789012345678901234567890", "JSON_NUMBER")]
    [InlineData("""{"a":1,"a":1}""", "JSON_DUPLICATE_KEY")]
    [InlineData("""{"a":1,"b":2,"\u0061":1}""", "JSON_DUPLICATE_KEY")]
    [InlineData("""["\ud800"]""", "JSON_TEXT")]
    [InlineData("""["\ude00\ud83d"]""", "JSON_TEXT")]
    [InlineData("""{"\ud800":1}""", "JSON_TEXT")]
    [InlineData("""{"a":1,"\ud800":1}""", "JSON_TEXT")]
    public void Serialize_WhatTheHubRefuses_IsAFault(string json, string code)
    {
        Assert.Equal(code, Refusal(() => Canonical(json)));
        Assert.Equal(code, Refusal(() => CanonicalByNode(json)));
    }

    [Fact]
    public void Serialize_BytesThatAreNotUtf8_IsAFault()
    {
        var element = JsonDocument.Parse(new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' }).RootElement;
        Assert.Equal("JSON_TEXT", Refusal(() => CanonicalJson.Serialize(element)));
    }

    [Fact]
    public void Serialize_LoneSurrogateInANode_IsAFault()
    {
        Assert.Equal("JSON_TEXT", Refusal(() => CanonicalJson.Serialize(JsonValue.Create("\uD800"))));
        Assert.Equal("JSON_TEXT", Refusal(() => CanonicalJson.Serialize(new JsonObject { ["\uDC00"] = 1 })));
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void Serialize_Nesting_IsLimited(int depth, bool allowed)
    {
        var arrays = new string('[', depth) + new string(']', depth);
        var objects = string.Concat(Enumerable.Repeat("""{"a":""", depth)) + "1" + new string('}', depth);
        foreach (var json in new[] { arrays, objects })
        {
            Assert.Equal(allowed ? null : "JSON_TOO_DEEP", Refusal(() => Canonical(json)));
            Assert.Equal(allowed ? null : "JSON_TOO_DEEP", Refusal(() => CanonicalByNode(json)));
        }
    }

    [Fact]
    public void Serialize_NodeBuiltInMemory_WritesItsValues()
    {
        var node = new JsonObject { ["n"] = 5, ["l"] = 7L, ["s"] = "张\"三", ["z"] = null, ["b"] = true, ["d"] = JsonValue.Create(new DateOnly(2026, 1, 2)) };
        Assert.Equal("""{"b":true,"d":"2026-01-02","l":7,"n":5,"s":"张\"三","z":null}""", Encoding.UTF8.GetString(CanonicalJson.Serialize(node)));
        Assert.Equal("JSON_NUMBER", Refusal(() => CanonicalJson.Serialize(JsonValue.Create(1.5m))));
        Assert.Equal("null", Encoding.UTF8.GetString(CanonicalJson.Serialize(value: null)));
    }

    [Fact]
    public void Serialize_AnyValue_IsAFixedPointWhateverTheOrderOfKeys() => Prop.ForAll(Nodes(3).ToArbitrary(), node =>
    {
        var canonical = CanonicalJson.Serialize(node);
        return canonical.AsSpan().SequenceEqual(CanonicalJson.Serialize(JsonDocument.Parse(canonical).RootElement))
            && canonical.AsSpan().SequenceEqual(CanonicalJson.Serialize(Reversed(node)))
            && JsonNode.DeepEquals(node, JsonNode.Parse(canonical));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Write_OrdinaryRecord_AllocatesNothing()
    {
        var record = JsonDocument.Parse("""{"resident_id":"11010519491231002X","full_name":"张三丰","gender":"2","row_version":7,"tags":["a",null,true]}""").RootElement;
        var output = new ArrayBufferWriter<byte>(1024);
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBy(record, output)));
    }

    private static long AllocatedBy(JsonElement record, ArrayBufferWriter<byte> output)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            output.ResetWrittenCount();
            CanonicalJson.Write(output, record);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Serialize(JsonDocument.Parse(json).RootElement));

    private static string CanonicalByNode(string json) => Encoding.UTF8.GetString(CanonicalJson.Serialize(JsonNode.Parse(json)));

    private static string? Refusal(Action act) => (Record.Exception(act) as FaultException)?.Code;

    private static JsonNode? Reversed(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Key, Reversed(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Reversed)]),
        _ => node?.DeepClone(),
    };

    private static Gen<JsonNode?> Nodes(int depth)
    {
        var text = Gen.Elements("a", "b", "A", "\"", "\\", "\n", "\u0001", "é", "张", "😀", "\uFB33", "/", "€").ListOf().Select(string.Concat);
        var leaf = Gen.OneOf(
            text.Select(t => (JsonNode?)JsonValue.Create(t)),
            Gen.Choose(int.MinValue, int.MaxValue).Select(n => (JsonNode?)JsonValue.Create((long)n)),
            Gen.Elements(true, false).Select(b => (JsonNode?)JsonValue.Create(b)),
            Gen.Constant((JsonNode?)null));
        return depth == 0 ? leaf : Gen.OneOf(
            leaf,
            Nodes(depth - 1).ListOf(3).Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())])),
            text.Zip(Nodes(depth - 1)).ListOf(4).Select(members => (JsonNode?)new JsonObject(
                members.DistinctBy(m => m.Item1).Select(m => KeyValuePair.Create(m.Item1, m.Item2?.DeepClone())))));
    }
}
