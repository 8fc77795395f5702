using System.Xml.Linq;

namespace DataHub.Architecture.Tests;

/// <summary>The arrows between the rooms, in the project files and in what the compiler made of them.</summary>
public sealed class RoomTests
{
    /// <summary>Room → the rooms it may know. What is not here is not allowed; a new room is added on purpose.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Kernel"] = [],
        ["Grpc"] = [],
        ["Crypto"] = ["Kernel"],
        ["EventStore"] = ["Crypto", "Kernel"],
        ["Ledger"] = ["EventStore", "Crypto", "Kernel"],
        ["Contracts"] = ["Kernel", "Grpc"],
        ["Exchange"] = ["Contracts", "Ledger", "EventStore", "Crypto", "Kernel", "Grpc"],
        ["Verification"] = ["Contracts", "Ledger", "EventStore", "Crypto", "Kernel", "Grpc"],
        ["Licences"] = ["Contracts", "Ledger", "EventStore", "Crypto", "Kernel", "Grpc"],
        ["Catalog"] = ["Contracts", "Ledger", "EventStore", "Crypto", "Kernel", "Grpc"],
        ["FrontEnd"] = ["Contracts", "Ledger", "Crypto", "Kernel", "Grpc"],
        ["Host"] = ["Exchange", "Verification", "Licences", "Catalog", "Contracts", "Ledger", "EventStore", "Crypto", "Kernel", "Grpc"],
    };

    public static TheoryData<string> Rooms => [.. Allowed.Keys];

    [Fact]
    public void Rooms_AllUnderSrc_AreOnTheMap() =>
        Assert.Equal(Allowed.Keys.Order(), Source.Rooms.Order());

    [Theory]
    [MemberData(nameof(Rooms))]
    public void ProjectFile_Room_NamesOnlyRoomsItMayKnow(string room) =>
        Assert.Empty(Source.Project(room).Descendants("ProjectReference").Select(Target).Except(Allowed[room]));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Assembly_Room_UsesOnlyRoomsItMayKnow(string room)
    {
        var used = Source.Assembly(room).GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => name.StartsWith("DataHub.", StringComparison.Ordinal)).Select(name => name["DataHub.".Length..]).ToList();
        Assert.Empty(used.Except(Allowed[room]));
    }

    [Fact]
    public void BouncyCastle_Rooms_OnlyCryptoKnowsIt()
    {
        Assert.Equal(["Crypto"], Source.Rooms.Where(room => Source.Project(room).Descendants("PackageReference").Any(package => ((string?)package.Attribute("Include"))!.Contains("BouncyCastle", StringComparison.Ordinal))));
        Assert.Equal(["Crypto"], Source.Rooms.Where(room => Source.Assembly(room).GetReferencedAssemblies().Any(name => name.Name!.Contains("BouncyCastle", StringComparison.Ordinal))));
    }

    private static string Target(XElement reference) =>
        Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)["DataHub.".Length..];
}
