using DataHub.V1;

namespace DataHub.Licences.Tests;

/// <summary>A lawful request to mint, to begin with. An invented person.</summary>
internal static class Orders
{
    public const string Holder = "11010519491231002X";
    public const string TypeCode = "11100000000013338W032";

    public static MintRequest Of(string serial = "2026000001", Action<MintRequest>? change = null)
    {
        var request = new MintRequest
        {
            TypeCode = TypeCode,
            Serial = serial,
            HolderIdType = "111",
            HolderId = Holder,
            HolderName = "张三丰",
            IssuedOn = "2026-03-01",
            ValidFrom = "2026-03-01",
            ValidTo = "2028-02-29",
            Fields =
            {
                ["certificate_no"] = $"浙C{serial}",
                ["full_name"] = "张三丰",
                ["gender"] = "女",
                ["id_no"] = Holder,
                ["trade"] = "建筑电工",
                ["first_issued_on"] = "2020-02-29",
            },
        };
        change?.Invoke(request);
        return request;
    }
}
