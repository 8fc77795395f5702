using DataHub.Catalog.Registration;
using DataHub.Catalog.Search;
using DataHub.Contracts;
using DataHub.Kernel.Access;
using DataHub.V1;
using Grpc.Core;

namespace DataHub.Catalog;

/// <summary>The wire side of the directory.</summary>
internal sealed class CatalogRpc(EntryRegister register, DirectorySearch search) : CatalogService.CatalogServiceBase
{
    [AllowRoles(SystemRole.Provider)]
    public override Task<RegisterReply> Register(RegisterRequest request, ServerCallContext context) =>
        register.RegisterAsync(context.Caller(), request.Entries, context.CancellationToken);

    [AllowRoles]
    public override Task<SearchReply> Search(SearchRequest request, ServerCallContext context) =>
        search.SearchAsync(request.Query, request.PageSize, context.CancellationToken);
}
